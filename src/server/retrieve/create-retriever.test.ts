import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ingestDocument } from '../ingest/ingest-document.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import type { Store } from '../store/store.ts';
import { createRetriever } from './create-retriever.ts';
import type { Passage, RetrieveRequest, Retriever } from './retriever.ts';

const scope = { accountId: 'acct_1' };
const DOCUMENTS: Record<string, string> = {
  'install.md': `# Installation\n\n## Firefox\n\nOpen the add-on page in Firefox and press Add. The extension asks for no permissions.\n\n
## Chrome\n\nOpen the web store in Chrome and press Install. Chrome asks you to confirm once.\n\n## Requirements\n\nNode.js 20.19 or newer is required.`,
  'billing.md': `# Billing\n\n## Plans and prices\n\nThe starter subscription costs 9 euros a month. The team subscription costs 49 euros.\n\n
## Refunds\n\nWrite to billing within 14 days and we return the whole amount.`,
  'iframe.md': `# Embedding\n\n## In an iframe\n\nSet the \`isolation\` attribute to put the widget into an iframe:\n\n\`\`\`html\n<script data-isolation="iframe"></script>\n\`\`\`\n\n## With React\n\nRender the component where the chat belongs.`,
  'mirror.md': `# Billing copy\n\n## Refunds\n\nWrite to billing within 14 days and we return the whole amount.`,
  'plugins.md': `# Plugins\n\n## Register a plugin\n\n[src](https://code.example)\n\nHand it over before the server starts.\n\nOthers are loaded later.`,
  'tokyo.md': `# 東京\n\n東京都の人口は約1400万人です。大阪府は西日本にあります。`,
};
let store: Store;
let retriever: Retriever;

beforeAll(async () => {
  store = openSqliteStore({ file: ':memory:' });
  for (const id of ['acct_1', 'acct_2']) await store.accounts.create({ id, name: id, plan: 'free', createdAt: 1 });
  await store.knowledge.createBase({ id: 'kb_1', accountId: 'acct_1', name: 'K', description: '', createdAt: 1 });
  for (const [key, text] of Object.entries(DOCUMENTS))
    await ingestDocument({
      store,
      scope,
      knowledgeBaseId: 'kb_1',
      key,
      bytes: new TextEncoder().encode(text),
      filename: key,
      url: `https://docs.example/${key}`,
      newId: () => `doc_${key}`,
      now: () => 1,
    });
  retriever = createRetriever(store.chunks);
});
afterAll(() => store.close());

const ask = (question: string, more: Partial<RetrieveRequest> = {}): Promise<readonly Passage[]> =>
  retriever.retrieve({
    scope,
    knowledgeBaseId: 'kb_1',
    question,
    earlierQuestions: [],
    limit: 5,
    signal: new AbortController().signal,
    ...more,
  });

describe('the retriever', () => {
  test('under a heading that is the question, the first whole sentence leads, not the label of a link', async () => {
    const [best] = await ask('How do I register a plugin?');
    const ranked = [...best!.sentences!].sort((a, b) => b.score - a.score);
    expect(ranked[0]!.text).toBe('Hand it over before the server starts.');
  });

  test.for([
    ['How do I embed the widget in an iframe?', 'https://docs.example/iframe.md#in-an-iframe'],
    ['Which version of Node.js is required?', 'https://docs.example/install.md#requirements'],
    ['What is the price of the starter plan?', 'https://docs.example/billing.md#plans-and-prices'],
    ['installing in firefox', 'https://docs.example/install.md#firefox'],
    ['東京の人口', 'https://docs.example/tokyo.md#東京'],
    ['東京の人口は何人ですか', 'https://docs.example/tokyo.md#東京'],
  ] as const)('finds the section for: %s', async ([question, url]) => {
    const [best] = await ask(question);
    expect(best?.url).toBe(url);
    expect(best!.relevance).toBeGreaterThan(0.2);
    expect(best!.relevance).toBeLessThanOrEqual(1);
  });

  test.for([
    'What is the capital of Mongolia?',
    'Who won the football match yesterday?',
    'How do I knead sourdough bread?',
    'Does the widget support Kubernetes autoscaling?',
    '???',
    'the of and',
    '',
  ])('finds nothing for: %s', async (question) => {
    expect(await ask(question)).toEqual([]);
  });

  test('"and for Chrome?" is found through the question before it', async () => {
    expect((await ask('and for Chrome?', { earlierQuestions: ['How do I install it in Firefox?'] }))[0]?.heading).toBe(
      'Chrome',
    );
    expect(
      (await ask('What does that one cost?', { earlierQuestions: ['Tell me about the team plan'] }))[0]?.heading,
    ).toBe('Plans and prices');
  });

  test('a question that stands alone is not bent by earlier ones', async () => {
    const [best] = await ask('How do I embed with React?', { earlierQuestions: ['refunds within 14 days'] });
    expect(best?.heading).toBe('With React');
  });

  test('passages that say the same come once, and the visitor’s page decides between them', async () => {
    const question = 'How do refunds work within 14 days?';
    expect((await ask(question)).filter(({ heading }) => heading === 'Refunds')).toHaveLength(1);
    for (const key of ['billing.md', 'mirror.md']) {
      const [best] = await ask(question, { page: { url: `https://docs.example/${key}?ref=1#x`, title: '' } });
      expect(best?.documentId).toBe(`doc_${key}`);
    }
  });

  test('sentences come with the passage, in its order, the best one marked by its score', async () => {
    const [best] = await ask('How much is the team subscription?');
    const sentences = best!.sentences!;
    expect(sentences.map(({ text }) => text)).toEqual([
      'The starter subscription costs 9 euros a month.',
      'The team subscription costs 49 euros.',
    ]);
    expect(sentences[1]!.score).toBeGreaterThan(sentences[0]!.score);
  });

  test('another account sees nothing of it', async () => {
    expect(await ask('refunds within 14 days', { scope: { accountId: 'acct_2' } })).toEqual([]);
  });

  test('an aborted question stops', async () => {
    await expect(ask('refunds', { signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow('stopped');
  });
});
