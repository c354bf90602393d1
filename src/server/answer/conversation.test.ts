import { afterEach, beforeEach, expect, test } from 'vitest';
import { ingestDocument } from '../ingest/ingest-document.ts';
import { createRetriever } from '../retrieve/create-retriever.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import { makeApp } from '../testing/make-app.ts';
import { ExtractiveAnswerer } from './extractive.ts';

/** Over the API, with the real store, retrieval and built-in answerer: what a conversation and the visitor's page add. */

const PAGES: Record<string, string> = {
  'chrome.md': '# Chrome\n\n## Installing\n\nOpen the web store, press Add and confirm once to install the extension.',
  'firefox.md': '# Firefox\n\n## Installing\n\nOpen about:addons and drop the file there to install the extension.',
  'v1.md': '# Version 1\n\n## Time limit\n\nA request may take thirty seconds.',
  'v2.md': '# Version 2\n\n## Time limit\n\nA request may take sixty seconds.',
};

let made: Awaited<ReturnType<typeof makeApp>>;
let conversation: string;
beforeEach(async () => {
  const store = openSqliteStore({ file: ':memory:' });
  const answerer = new ExtractiveAnswerer({ wordPaceMs: 0 });
  made = await makeApp({ store, retriever: createRetriever(store.chunks), answerer });
  const { accountId, sk } = made;
  const scope = { accountId };
  await store.knowledge.createBase({ id: 'kb_1', accountId, name: 'K', description: '', createdAt: 1 });
  await store.assistants.update(scope, made.assistant.id, { knowledgeBaseId: 'kb_1' });
  for (const [key, text] of Object.entries(PAGES))
    await ingestDocument({
      store,
      scope,
      knowledgeBaseId: 'kb_1',
      key,
      bytes: new TextEncoder().encode(text),
      filename: key,
      url: `https://docs.example/${key.replace('.md', '')}`,
      newId: () => `doc_${key}`,
      now: () => 1,
    });
  const body = { assistant_id: made.assistant.id };
  conversation = (await (await made.send('POST', '/v1/conversations', { key: sk.credential, body })).json()).id;
});
afterEach(() => made.store.close());

/** The page of the first source of the answer. */
async function ask(content: string, page?: { url: string; title: string }): Promise<string> {
  const body = { content, ...(page && { metadata: { page } }) };
  const sent = await made.send('POST', `/v1/conversations/${conversation}/messages`, { key: made.sk.credential, body });
  const { sources } = (await sent.json()) as { sources: { url: string }[] };
  return sources[0]?.url.replace(/^https:\/\/docs\.example\/|#.*$/g, '') ?? 'not found';
}

test('"and for Firefox?" asks what was asked before, of Firefox', async () => {
  expect(await ask('How do I install the extension in Chrome?')).toBe('chrome');
  expect(await ask('and for Firefox?')).toBe('firefox');
  expect(await ask('And in Chrome?')).toBe('chrome');
});

test('courtesies around a question, in the conversation too, are not looked for', async () => {
  expect(await ask('Good morning! How do I install the extension in Chrome please?')).toBe('chrome');
  expect(await ask('Thanks a lot')).toBe('not found');
  expect(await ask('Great, thank you! And for Firefox, please?')).toBe('firefox');
});

test('without the question before it, the same words find something else', async () => {
  // The control: "install" came from the conversation.
  expect(await ask('and how do I install it there?')).not.toBe('not found');
  expect(await ask('What about a request?')).toMatch(/^v[12]$/);
});

test.for(['v1', 'v2'])('of pages that answer alike, the one the visitor is on comes first: %s', async (name) => {
  const page = { url: `https://docs.example/${name}?from=menu#top`, title: name };
  expect(await ask('How long may a request take?', page)).toBe(name);
});

test.for(['v1', 'v2'])('the page a conversation was started on counts as well: %s', async (name) => {
  const body = {
    assistant_id: made.assistant.id,
    metadata: { page: { url: `https://docs.example/${name}`, title: '' } },
  };
  const started = await made.send('POST', '/v1/conversations', { key: made.sk.credential, body });
  conversation = (await started.json()).id;
  expect(await ask('How long may a request take?')).toBe(name);
});

test('the page breaks ties only: it does not outrank a better answer', async () => {
  const page = { url: 'https://docs.example/v1', title: 'Version 1' };
  expect(await ask('How do I install the extension in Firefox?', page)).toBe('firefox');
});
