import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tokenize } from '../retrieve/tokenize.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import type { Store } from '../store/store.ts';
import { ingestDocument } from './ingest-document.ts';

const scope = { accountId: 'acct_1' };
let store: Store;
let made = 0;

beforeEach(async () => {
  store = openSqliteStore({ file: ':memory:' });
  await store.accounts.create({ id: 'acct_1', name: 'A', plan: 'free', createdAt: 1 });
  await store.knowledge.createBase({ id: 'kb_1', accountId: 'acct_1', name: 'K', description: '', createdAt: 1 });
});
afterEach(() => store.close());

const ingest = (text: string, key = 'docs/guide.md') =>
  ingestDocument({
    store,
    scope,
    knowledgeBaseId: 'kb_1',
    key,
    bytes: new TextEncoder().encode(text),
    filename: key,
    url: 'https://site.example/guide',
    newId: () => `doc_${String(made++)}`,
    now: () => 10,
  });
const find = (question: string) => store.chunks.search(scope, 'kb_1', tokenize(question), 10);

describe('ingestDocument', () => {
  test('makes a document that is found and cited at its section', async () => {
    const { document, outcome } = await ingest('# Guide\n\n## Embedding the widget\n\nPaste the snippet.');
    expect(outcome).toBe('created');
    expect(document).toMatchObject({ title: 'Guide', status: 'ready', chunkCount: 1, mediaType: 'text/markdown' });
    expect(await find('How do I embed widgets?')).toMatchObject([
      {
        documentId: document.id,
        title: 'Guide',
        heading: 'Embedding the widget',
        text: 'Paste the snippet.',
        url: 'https://site.example/guide#embedding-the-widget',
      },
    ]);
  });

  test('the same bytes change nothing, other bytes are a new version of the same document', async () => {
    const first = await ingest('# Guide\n\nAlpha.');
    expect(await ingest('# Guide\n\nAlpha.')).toMatchObject({
      outcome: 'unchanged',
      document: { id: first.document.id },
    });
    const second = await ingest('# Guide\n\nBeta.');
    expect(second).toMatchObject({ outcome: 'updated', document: { id: first.document.id } });
    expect(await find('alpha')).toEqual([]);
    expect(await find('beta')).toHaveLength(1);
    expect((await store.knowledge.listDocuments(scope, 'kb_1', { limit: 9, offset: 0 })).total).toBe(1);
  });

  test('a version that cannot be read says why, and the last good one still answers', async () => {
    await ingest('# Guide\n\nAlpha.');
    const { document, outcome } = await ingest('\u0000\u0001binary');
    expect(outcome).toBe('failed');
    expect(document).toMatchObject({ status: 'failed', error: { code: 'unsupported_file' } });
    expect(await find('alpha')).toHaveLength(1);
    expect(await ingest('# Guide\n\nAlpha.')).toMatchObject({ outcome: 'updated', document: { status: 'ready' } });
  });
});
