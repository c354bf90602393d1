import { commands } from 'vitest/browser';

declare module 'vitest/browser' {
  interface BrowserCommands {
    corpus: (name: string) => Promise<unknown[]>;
  }
}

/** Cases of a corpus, in a browser test; none where the corpora are not beside the checkout. */
export async function corpusInPage<Case>(name: string): Promise<Case[]> {
  return (await commands.corpus(name)) as Case[];
}

/** `count` cases spread over a corpus by a seeded choice, so that a slice meets every group over time. */
export function slice<Case>(cases: readonly Case[], count: number, random: () => number): Case[] {
  if (cases.length <= count) return [...cases];
  const step = cases.length / count;
  return Array.from({ length: count }, (_, index) => cases[Math.floor(index * step + random() * step)]!);
}
