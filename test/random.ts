/** A seeded generator (mulberry32): the same seed gives the same numbers in 0–1 on every machine. Tests and benchmarks only. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** `count` cases spread over a corpus by a seeded choice, so that a slice meets every group over time. */
export function slice<Case>(cases: readonly Case[], count: number, random: () => number): Case[] {
  if (cases.length <= count) return [...cases];
  const step = cases.length / count;
  // One from each of `count` ranges that do not meet, so that none comes twice.
  return Array.from({ length: count }, (_, index) => {
    const from = Math.floor(index * step);
    return cases[from + Math.floor(random() * (Math.floor((index + 1) * step) - from))]!;
  });
}
