/** Ends of the prefixes a text arrives in: whole, each unit, and `random` seeded ways between. */
export function chunkings(length: number, random: () => number, times: number): number[][] {
  const every = Array.from({ length }, (_, index) => index + 1);
  const result = [[length], every];
  for (let time = 0; time < times; time += 1) {
    const step = 1 + Math.floor(random() * 40);
    const ends: number[] = [];
    for (let end = 0; end < length; ) {
      end = Math.min(length, end + 1 + Math.floor(random() * step));
      ends.push(end);
    }
    result.push(ends);
  }
  return result;
}
