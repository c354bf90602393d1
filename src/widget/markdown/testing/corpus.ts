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
