import { describe, expect, test } from 'vitest';
import type { Assistant } from '../../protocol/resources.ts';
import { NO_ATTACHMENTS } from '../openapi/to-wire.ts';
import { makeApp } from '../testing/make-app.ts';

describe('assistants', () => {
  test('are created with defaults, read, changed and deleted', async () => {
    const { send, sk, store, accountId } = await makeApp();
    const key = sk.credential;
    await store.knowledge.createBase({ id: 'kb_1', accountId, name: 'Docs', description: '', createdAt: 1 });
    const created = await send('POST', '/v1/assistants', { key, body: { name: 'Shop', knowledge_base_id: 'kb_1' } });
    expect(created.status).toBe(201);
    const assistant = (await created.json()) as Assistant;
    expect(assistant).toEqual({
      id: expect.stringMatching(/^ast_\w{22}$/),
      name: 'Shop',
      description: '',
      model: 'extractive',
      system_prompt: '',
      knowledge_base_id: 'kb_1',
      category: null,
      config: {},
      widget: {},
      retention_days: null,
      identity: null,
      attachments: NO_ATTACHMENTS,
      created_at: '2026-01-01T00:00:00.000Z',
      updated_at: '2026-01-01T00:00:00.000Z',
    });
    const path = `/v1/assistants/${assistant.id}`;
    expect(await (await send('GET', path, { key })).json()).toEqual(assistant);
    const changed = await send('PATCH', path, { key, body: { system_prompt: 'Short.', widget: { greeting: 'Hi' } } });
    expect(await changed.json()).toEqual({ ...assistant, system_prompt: 'Short.', widget: { greeting: 'Hi' } });
    const cleared = await send('PATCH', path, { key, body: { knowledge_base_id: null } });
    expect(((await cleared.json()) as Assistant).knowledge_base_id).toBeNull();
    expect((await send('DELETE', path, { key })).status).toBe(204);
    for (const method of ['GET', 'DELETE']) expect((await send(method, path, { key })).status).toBe(404);
    expect((await send('PATCH', path, { key, body: {} })).status).toBe(404);
  });

  test('are listed in pages, by category', async () => {
    const { send, sk, addAssistant, accountId, tick } = await makeApp();
    for (const category of ['help', 'shop', 'help']) {
      tick(1000);
      await addAssistant(accountId, { name: category, category });
    }
    const list = async (query: string) =>
      (await (await send('GET', `/v1/assistants${query}`, { key: sk.credential })).json()) as {
        assistants: Assistant[];
        total: number;
        has_more: boolean;
      };
    expect(await list('')).toMatchObject({ total: 4, has_more: false });
    expect(await list('?limit=2')).toMatchObject({ total: 4, has_more: true });
    expect((await list('?limit=2&offset=2')).has_more).toBe(false);
    expect((await list('?category=help')).total).toBe(2);
    for (const query of ['?limit=0', '?limit=101', '?limit=x', '?offset=-1', '?limit=1e1']) {
      expect((await send('GET', `/v1/assistants${query}`, { key: sk.credential })).status).toBe(400);
    }
  });

  test('of another account do not exist, and its knowledge base cannot be used', async () => {
    const { send, assistant, addAccount, addKey, store } = await makeApp();
    const other = await addAccount();
    const { credential: key } = await addKey(other, 'secret');
    const path = `/v1/assistants/${assistant.id}`;
    const unknown = await (await send('GET', '/v1/assistants/ast_unknown', { key })).json();
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const answer = await send(method, path, { key, ...(method === 'PATCH' && { body: { name: 'x' } }) });
      expect([answer.status, await answer.json()]).toEqual([404, unknown]);
    }
    expect(await (await send('GET', '/v1/assistants', { key })).json()).toMatchObject({ total: 0 });
    await store.knowledge.createBase({
      id: 'kb_1',
      accountId: assistant.accountId,
      name: '',
      description: '',
      createdAt: 1,
    });
    const stolen = await send('POST', '/v1/assistants', { key, body: { name: 'x', knowledge_base_id: 'kb_1' } });
    expect(await stolen.json()).toMatchObject({ error: { details: { field: 'knowledge_base_id' } } });
  });
});
