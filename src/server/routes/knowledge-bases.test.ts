import { expect, test } from 'vitest';
import type { KnowledgeBase } from '../../protocol/resources.ts';
import { makeApp } from '../testing/make-app.ts';

test('knowledge bases are created, read, listed and deleted, in their account only', async () => {
  const { send, sk, addAccount, addKey } = await makeApp();
  const key = sk.credential;
  const created = await send('POST', '/v1/knowledge-bases', { key, body: { name: ' Docs ' } });
  expect(created.status).toBe(201);
  const base = (await created.json()) as KnowledgeBase;
  expect(base).toEqual({
    id: expect.stringMatching(/^kb_\w{22}$/),
    name: 'Docs',
    description: '',
    document_count: 0,
    created_at: '2026-01-01T00:00:00.000Z',
  });
  const path = `/v1/knowledge-bases/${base.id}`;
  expect(await (await send('GET', path, { key })).json()).toEqual(base);
  expect(await (await send('GET', '/v1/knowledge-bases', { key })).json()).toEqual({
    knowledge_bases: [base],
    total: 1,
    has_more: false,
  });
  const { credential: stranger } = await addKey(await addAccount(), 'secret');
  expect((await send('GET', path, { key: stranger })).status).toBe(404);
  expect((await send('DELETE', path, { key: stranger })).status).toBe(404);
  expect((await send('DELETE', path, { key })).status).toBe(204);
  expect((await send('DELETE', path, { key })).status).toBe(404);
});
