import { describe, expect, test } from 'vitest';
import { corpus, hasCorpora } from '../../../test/corpora.ts';
import { seededRandom, slice } from '../../../test/random.ts';
import type { Assistant, Conversation, KnowledgeDocument, Message } from '../../protocol/resources.ts';
import { makeApp } from '../testing/make-app.ts';
import { TEST_ENGINE } from '../testing/test-store.ts';

const NAUGHTY = corpus<{ value: string }>('naughty-strings').map(({ value }) => value);
/** Strings that break programs (the Big List of Naughty Strings; of it a part on PostgreSQL), and some more that it lacks. */
const STRINGS: readonly string[] = [
  ...(TEST_ENGINE === 'sqlite' || process.env.ASSISTERS_ALL_STRINGS ? NAUGHTY : slice(NAUGHTY, 60, seededRandom(6))),
  '\u{1F468}\u200D\u{1F469}\u200D\u{1F467}',
  'e\u0301 is not \u00E9',
  '\r\n\t line ends \u2028 \u2029 \u0085',
  'constructor',
  '\uFEFFbyte order mark',
  '\u{10FFFF}\u{F0000}\uFFFE\uFFFF',
];

/** Whether white space around a text is cut off. */
const trimmed = { cut: true };
const exact = { cut: false };

/** What a field must give back, or `null` where it must refuse. */
function kept(value: string, max: number, { cut }: { readonly cut: boolean }, min = 1): string | null {
  const text = cut ? value.trim() : value;
  // Lengths are counted in code points, as JSON Schema does.
  const { length } = [...text];
  return length < min || length > max ? null : text;
}

describe.skipIf(!hasCorpora)('every text comes back as it went in', () => {
  test('in assistants and their looks', async () => {
    const { ask } = await client();
    for (const value of STRINGS) {
      const fields = {
        name: kept(value, 200, trimmed),
        description: kept(value, 2_000, exact, 0),
        system_prompt: kept(value, 20_000, exact, 0),
        category: kept(value, 100, exact),
      };
      const widget = {
        greeting: kept(value, 500, exact, 0),
        subtitle: kept(value, 120, exact, 0),
        placeholder: kept(value, 120, exact, 0),
        consent_text: kept(value, 2_000, exact),
      };
      const wanted = { name: 'x', ...given(fields), widget: given(widget) };
      const { id } = await ask<Assistant>('POST', '/assistants', wanted, 201);
      expect(await ask<Assistant>('GET', `/assistants/${id}`)).toMatchObject(wanted);
      // What is too long or empty is refused in words.
      for (const field of refused(fields)) await ask('POST', '/assistants', { name: 'x', [field]: value }, 400);
      for (const field of refused(widget)) await ask('PATCH', `/assistants/${id}`, { widget: { [field]: value } }, 400);
      await ask('PATCH', `/assistants/${id}`, { widget: { prompts: ['x', short(value)] } });
      expect((await ask<Assistant>('GET', `/assistants/${id}`)).widget.prompts).toEqual(['x', short(value)]);
      if (fields.category === null) continue;
      const found = await ask<{ assistants: Assistant[] }>(
        'GET',
        `/assistants?category=${encodeURIComponent(fields.category)}`,
      );
      expect(found.assistants.map((one) => one.id)).toContain(id);
    }
  }, 120_000);

  test('in conversations, messages, ratings and what is kept with them', async () => {
    const { ask, assistant } = await client();
    for (const value of STRINGS) {
      const metadata = { [value]: value, deep: [{ [value]: [value] }] };
      const user = kept(value, 255, exact);
      const begun = { assistant_id: assistant.id, metadata, ...(user !== null && { user_id: user }) };
      const { id } = await ask<Conversation>('POST', '/conversations', begun, 201);
      const content = value.trim() === '' ? 'x' : value;
      const answer = await ask<Message>('POST', `/conversations/${id}/messages`, { content, metadata });
      const comment = value.trim();
      const at = `/conversations/${id}/messages/${answer.id}`;
      await ask('POST', `${at}/feedback`, { rating: 'up', comment });
      const stored = await ask<Conversation>('GET', `/conversations/${id}`);
      expect(stored.metadata).toEqual(metadata);
      expect(stored.user_id).toBe(user);
      const [question, rated] = stored.messages;
      expect(question).toMatchObject({ role: 'user', content });
      expect(question!.metadata).toEqual(metadata);
      expect(rated!.feedback).toEqual({ rating: 'up', comment });
    }
  }, 120_000);

  test('in knowledge bases, documents, webhooks and keys', async () => {
    const { ask, upload } = await client();
    for (const [n, value] of STRINGS.entries()) {
      const name = kept(value, 200, trimmed);
      const description = kept(value, 2_000, exact, 0)!;
      const base = await ask<{ id: string }>('POST', '/knowledge-bases', { name: name ?? 'x', description }, 201);
      expect(await ask('GET', `/knowledge-bases/${base.id}`)).toMatchObject({ name: name ?? 'x', description });
      const title = kept(value, 300, trimmed) ?? 'x';
      const document = await upload(base.id, `${n}.txt`, { title, [value]: value });
      expect(document).toMatchObject({ title, metadata: { title, [value]: value } });
      if (name === null) continue;
      const key = await ask<{ id: string; name: string }>('POST', '/api-keys', { kind: 'restricted', name }, 201);
      expect(key.name).toBe(name);
      const hook = {
        url: 'https://hook.example/',
        events: ['conversation.created'],
        description: [...value].slice(0, 500).join(''),
      };
      const { id } = await ask<{ id: string }>('POST', '/webhooks', hook, 201);
      expect(await ask('GET', `/webhooks/${id}`)).toMatchObject(hook);
      await ask('DELETE', `/webhooks/${id}`, undefined, 204);
    }
  }, 120_000);

  test('the check sees a text that was changed', async () => {
    const { ask } = await client();
    const { id } = await ask<Assistant>('POST', '/assistants', { name: 'x', description: 'e\u0301' }, 201);
    expect(await ask<Assistant>('GET', `/assistants/${id}`)).not.toMatchObject({ description: '\u00E9' });
  });
});

async function client() {
  const { app, send, sk, assistant } = await makeApp();
  const key = sk.credential;
  /** Asks, and fails the test unless the status is the one that is expected. */
  const ask = async <Answer>(method: string, path: string, body?: unknown, status = 200): Promise<Answer> => {
    const answer = await send(method, `/v1${path}`, { key, body });
    const text = await answer.text();
    expect(answer.status, `${method} ${path} ${JSON.stringify(body)?.slice(0, 300)}: ${text.slice(0, 300)}`).toBe(
      status,
    );
    return (text === '' ? null : JSON.parse(text)) as Answer;
  };
  const upload = async (base: string, filename: string, metadata: object): Promise<KnowledgeDocument> => {
    const form = new FormData();
    form.append('file', new Blob(['Text.']), filename);
    form.append('metadata', JSON.stringify(metadata));
    const headers = { Authorization: `Bearer ${key}` };
    const made = await app.request(`/v1/knowledge-bases/${base}/documents`, { method: 'POST', headers, body: form });
    expect(made.status, await made.clone().text()).toBe(201);
    return (await made.json()) as KnowledgeDocument;
  };
  return { ask, upload, assistant };
}

const given = (fields: Readonly<Record<string, string | null>>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
const refused = (fields: Readonly<Record<string, string | null>>) =>
  Object.keys(fields).filter((name) => fields[name] === null);
const short = (value: string) => [...value].slice(0, 200).join('') || 'x';
