import { describe, expect, test } from 'vitest';
import type { VisitorSession } from '../../protocol/resources.ts';
import { NO_ATTACHMENTS } from '../openapi/to-wire.ts';
import { makeApp, SITE } from '../testing/make-app.ts';

describe('the page’s key', () => {
  test('reads how its assistant looks and nothing more of it', async () => {
    const { send, store, accountId, addAssistant, addKey } = await makeApp();
    await store.knowledge.createBase({ id: 'kb_1', accountId, name: '', description: '', createdAt: 1 });
    const assistant = await addAssistant(accountId, {
      name: 'Shop',
      knowledgeBaseId: 'kb_1',
      widget: { greeting: 'Hi', prompts: ['How?'] },
      systemPrompt: 'never shown',
    });
    const key = await addKey(accountId, 'publishable', { origins: [SITE], assistantIds: [assistant.id] });
    const answer = await send('GET', '/v1/widget/config', { key: key.credential, origin: SITE });
    expect(await answer.json()).toEqual({
      assistant: { id: assistant.id, name: 'Shop', description: '' },
      widget: { greeting: 'Hi', prompts: ['How?'] },
      document_count: 0,
      retention_days: null,
      identity: 'off',
      tools: false,
      attachments: NO_ATTACHMENTS,
    });
  });

  test('opens the assistants it lists and no other of the account', async () => {
    const { send, accountId, addAssistant, addKey } = await makeApp();
    const [one, two, closed] = [
      await addAssistant(accountId),
      await addAssistant(accountId),
      await addAssistant(accountId),
    ];
    const { credential: key } = await addKey(accountId, 'publishable', {
      origins: [SITE],
      assistantIds: [one.id, two.id],
    });
    const get = async (id?: string) =>
      (await send('GET', `/v1/widget/config${id ? `?assistant_id=${id}` : ''}`, { key, origin: SITE })).status;
    expect(await Promise.all([get(one.id), get(two.id), get(closed.id), get('ast_x'), get()])).toEqual([
      200, 200, 404, 404, 400,
    ]);
    const mint = async (id?: string) =>
      (await send('POST', '/v1/visitor-sessions', { key, origin: SITE, body: id ? { assistant_id: id } : {} })).status;
    expect(await Promise.all([mint(two.id), mint(closed.id), mint()])).toEqual([201, 404, 400]);
  });

  test('starts a session whose token works and is stored as a hash only', async () => {
    const { send, pk, assistant, app } = await makeApp();
    const answer = await app.request('/v1/visitor-sessions', {
      method: 'POST',
      headers: { Authorization: `Bearer ${pk.credential}`, Origin: SITE },
    });
    const session = (await answer.json()) as VisitorSession;
    expect(session).toEqual({
      token: expect.stringMatching(/^vt_\w{49}$/),
      visitor_id: expect.stringMatching(/^vis_\w{22}$/),
      user_id: null,
      assistant_id: assistant.id,
      expires_at: '2026-04-01T00:00:00.000Z',
    });
    expect(answer.headers.get('Cache-Control')).toBe('no-store');
    const used = await send('GET', '/v1/widget/config', { key: session.token, origin: SITE });
    expect(await used.json()).toMatchObject({ error: { code: 'key_type_not_allowed' } });
  });

  test('starts ten sessions per address in ten minutes, and a forged address changes nothing', async () => {
    const { app, pk, tick } = await makeApp();
    const mint = async (address: string, forwarded?: string) => {
      const headers: Record<string, string> = { Authorization: `Bearer ${pk.credential}`, Origin: SITE };
      if (forwarded) headers['X-Forwarded-For'] = forwarded;
      const env = { incoming: { socket: { remoteAddress: address } } };
      return (await app.request('/v1/visitor-sessions', { method: 'POST', headers }, env)).status;
    };
    for (let n = 0; n < 10; n++) expect(await mint('203.0.113.7', `198.51.100.${n}`)).toBe(201);
    expect(await mint('203.0.113.7')).toBe(429);
    expect(await mint('::ffff:203.0.113.7')).toBe(429);
    expect(await mint('203.0.113.8')).toBe(201);
    for (let n = 0; n < 10; n++) expect(await mint(`2001:db8:1:2::${n}`)).toBe(201);
    expect(await mint('2001:db8:1:2:ffff::1')).toBe(429);
    expect(await mint('2001:db8:1:3::1')).toBe(201);
    // Nobody else can send from this machine itself, so development is not limited.
    for (let n = 0; n < 12; n++) expect(await mint('127.0.0.1')).toBe(201);
    tick(600_000);
    expect(await mint('203.0.113.7')).toBe(201);
  });

  test('counts the address that the trusted proxy saw', async () => {
    const { app, pk } = await makeApp({ env: { ASSISTERS_TRUST_PROXY: '1', ASSISTERS_SESSIONS_PER_IP: '1' } });
    const mint = async (forwarded: string) =>
      (
        await app.request(
          '/v1/visitor-sessions',
          {
            method: 'POST',
            headers: { Authorization: `Bearer ${pk.credential}`, Origin: SITE, 'X-Forwarded-For': forwarded },
          },
          { incoming: { socket: { remoteAddress: '127.0.0.1' } } },
        )
      ).status;
    expect(await mint('203.0.113.1')).toBe(201);
    expect(await mint('198.51.100.9, 203.0.113.1')).toBe(429);
    expect(await mint('203.0.113.2')).toBe(201);
  });
});
