import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HEADER } from '../../protocol/headers.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { Conversation, Message, Page } from '../../protocol/resources.ts';
import { ModelError } from '../answer/answerer.ts';
import { makeApp, SITE } from '../testing/make-app.ts';
import { StreamCollector } from '../turn/testing/collect.ts';
import { ScriptedAnswerer } from '../turn/testing/scripted.ts';

let app: Awaited<ReturnType<typeof makeApp>>;
let answerer: ScriptedAnswerer;
let token: string;
let conversation: Conversation;

beforeEach(async () => {
  answerer = new ScriptedAnswerer();
  app = await makeApp({ answerer, env: { ASSISTERS_MESSAGES_PER_VISITOR: '0' } });
  ({ token } = await app.addVisitor());
  conversation = await json<Conversation>(post('/v1/conversations', { assistant_id: app.assistant.id }), 201);
});
afterEach(() => app.deps.turns.drain(0));

type Options = Parameters<typeof app.send>[2];
const post = (path: string, body?: unknown, options: Options = {}) =>
  app.send('POST', path, { key: token, origin: SITE, ...(body === undefined ? {} : { body }), ...options });
const get = (path: string, options: Options = {}) => app.send('GET', path, { key: token, origin: SITE, ...options });
const messages = (rest = '') => `/v1/conversations/${conversation.id}/messages${rest}`;
async function json<Body>(answer: Promise<Response>, status = 200): Promise<Body> {
  const response = await answer;
  const body = await response.json();
  expect(response.status, JSON.stringify(body)).toBe(status);
  return body as Body;
}
const failure = async (answer: Promise<Response>) => {
  const response = await answer;
  const { error } = (await response.json()) as { error: { code: string; message: string; details?: object } };
  return { status: response.status, ...error };
};
const read = async (answer: Response | Promise<Response>) => new StreamCollector().read((await answer).body!);

/** Asks and answers, whole. */
async function turn(text = 'So.', question = 'How?'): Promise<Message> {
  const n = answerer.scripts.length;
  const answer = post(messages(), { content: question });
  (await answerer.script(n)).say(text).done();
  return json<Message>(answer);
}

describe('asking for the whole answer', () => {
  test('gives the message in the form of the reference, and ours', async () => {
    const answer = post(messages(), { content: '  How?  ', metadata: { page: { url: 'https://site.example/' } } });
    (await answerer.script(0)).cite('Guide').say('Like this [1].').done();
    expect(await json<Message>(answer)).toEqual({
      id: expect.stringMatching(/^msg_\w{22}$/),
      conversation_id: conversation.id,
      role: 'assistant',
      content: 'Like this [1].',
      status: 'complete',
      timestamp: '2026-01-01T00:00:00.000Z',
      metadata: {},
      sources: [{ title: 'Guide', url: '', relevance: 1, quote: '', heading: '', document_id: 'doc_1' }],
      outcome: 'answered',
      usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
      error: null,
      truncated: false,
      feedback: null,
      follow_ups: [],
      tool_calls: [],
      attachments: [],
    });
    const page = await json<Page<'messages', Message>>(get(messages()));
    expect(page).toMatchObject({ total: 2, has_more: false });
    expect(page.messages[0]).toMatchObject({
      role: 'user',
      content: '  How?  ',
      metadata: { page: { url: 'https://site.example/' } },
    });
  });

  test('of a failed answer gives its error, status and message id', async () => {
    const answer = post(messages(), { content: 'How?' });
    (await answerer.script(0)).fail(new ModelError('model_timeout', 'Too slow.'));
    expect(await failure(answer)).toMatchObject({
      status: 504,
      code: 'model_timeout',
      message: 'Too slow.',
      details: { message_id: expect.stringMatching(/^msg_/) },
    });
  });
});

describe('what may be asked', () => {
  test.for([
    ['nothing', {}, 400, 'invalid_request'],
    ['white space', { content: ' \n ' }, 400, 'invalid_request'],
    ['no text', { content: 7 }, 400, 'invalid_request'],
    ['too much', { content: 'x'.repeat(LIMITS.messageChars + 1) }, 413, 'payload_too_large'],
    ['too much metadata', { content: 'x', metadata: { x: 'x'.repeat(LIMITS.metadataBytes) } }, 400, 'invalid_request'],
  ] as const)('%s is refused, streamed or not', async ([, body, status, code]) => {
    for (const path of [messages(), messages('/stream')]) {
      expect(await failure(post(path, body))).toMatchObject({ status, code });
    }
    expect((await json<Page<'messages', Message>>(get(messages()))).total).toBe(0);
  });

  test('the most that fits is taken, and halves of characters do no harm', async () => {
    const content = `${'x'.repeat(LIMITS.messageChars - 2)}\ud800\0`;
    await turn('So.', content);
    const { messages: all } = await json<Page<'messages', Message>>(get(messages()));
    expect(all[0]!.content).toBe(`${'x'.repeat(LIMITS.messageChars - 2)}\ufffd\ufffd`);
  });

  test('an ended conversation takes nothing more', async () => {
    const ended = await json<Conversation>(post(`/v1/conversations/${conversation.id}/end`));
    expect(ended.ended_at).toBe('2026-01-01T00:00:00.000Z');
    expect(await failure(post(messages('/stream'), { content: 'How?' }))).toMatchObject({
      status: 409,
      code: 'conversation_ended',
    });
  });

  test('a second question while an answer is written is refused', async () => {
    const stream = await post(messages('/stream'), { content: 'One?' });
    expect(await failure(post(messages(), { content: 'Two?' }))).toMatchObject({
      status: 409,
      code: 'answer_in_progress',
    });
    (await answerer.script(0)).done();
    await read(stream);
  });

  test('a full server and a stopping one say when to come back', async () => {
    await app.deps.turns.drain(0);
    const answer = await post(messages('/stream'), { content: 'How?' });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('Retry-After')).toBe('5');
  });
});

describe('the stream', () => {
  test('says what it is, to proxies too, and carries the headers of every answer', async () => {
    const answer = await post(messages('/stream'), { content: 'How?' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('Content-Type')).toBe('text/event-stream; charset=utf-8');
    expect(answer.headers.get('Cache-Control')).toBe('no-cache, no-transform');
    expect(answer.headers.get('X-Accel-Buffering')).toBe('no');
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe(SITE);
    expect(answer.headers.get(HEADER.requestId)).toMatch(/^req_/);
    (await answerer.script(0)).say('So.').done();
    const { types, state } = await read(answer);
    expect(types).toEqual(['start', 'delta', 'sources', 'end']);
    expect(state).toMatchObject({ status: 'complete', content: 'So.' });
  });

  test('goes on from a position, given as header or query, the header first', async () => {
    const answer = await turn('One two 😀');
    const path = messages(`/${answer.id}/stream`);
    for (const [url, header, offset] of [
      [path, undefined, 0],
      [`${path}?after=4`, undefined, 4],
      [path, '8', 8],
      [`${path}?after=4`, '8', 8],
      [`${path}?after=999`, undefined, 0],
    ] as const) {
      const { events, state } = await read(get(url, header ? { headers: { [HEADER.lastEventId]: header } } : {}));
      expect(events[0]!.event).toMatchObject({ type: 'start', offset });
      expect(events.map(({ event }) => (event.type === 'delta' ? event.content : '')).join('')).toBe(
        'One two 😀'.slice(offset),
      );
      expect(state.status === 'refetch' || state.status === 'complete').toBe(true);
    }
    for (const after of ['x', '-1', '-5', '1e3', '4.5', '9'.repeat(16)]) {
      expect(await failure(get(`${path}?after=${after}`))).toMatchObject({ status: 400, code: 'invalid_request' });
    }
  });

  test('of a failed answer ends with its error, as often as it is asked', async () => {
    const stream = await post(messages('/stream'), { content: 'How?' });
    (await answerer.script(0)).say('Ha').fail(new ModelError('model_error', 'No.'));
    const { state } = await read(stream);
    expect(state).toMatchObject({ status: 'failed', error: { code: 'model_error', message: 'No.' } });
    expect((await read(get(messages(`/${state.messageId}/stream`)))).state).toMatchObject({ ...state });
  });
});

describe('stop, retry and feedback', () => {
  test('stop gives the partial answer, again and again', async () => {
    const stream = await post(messages('/stream'), { content: 'How?' });
    const collector = new StreamCollector();
    (await answerer.script(0)).say('Half');
    const reading = collector.read(stream.body!);
    const [, answer] = (await json<Page<'messages', Message>>(get(messages()))).messages;
    while (collector.state.content === '') await new Promise((resolve) => setImmediate(resolve));
    const stopped = await json<Message>(post(messages(`/${answer!.id}/stop`)));
    expect(stopped).toMatchObject({ status: 'stopped', content: 'Half' });
    expect((await reading).state).toMatchObject({ status: 'stopped', content: 'Half' });
    expect(await json<Message>(post(messages(`/${answer!.id}/stop`)))).toEqual(stopped);
  });

  test('retry writes the last answer again, as a stream or whole', async () => {
    const answer = await turn('First');
    const streamed = post(messages(`/${answer.id}/retry`));
    (await answerer.script(1)).say('Second').done();
    expect((await read(streamed)).state).toMatchObject({ content: 'Second', messageId: answer.id });
    const whole = post(messages(`/${answer.id}/retry`), undefined, { headers: { Accept: 'application/json' } });
    (await answerer.script(2)).say('Third').done();
    expect(await json<Message>(whole)).toMatchObject({ id: answer.id, content: 'Third' });
    await turn('Other');
    expect(await failure(post(messages(`/${answer.id}/retry`)))).toMatchObject({ status: 409, code: 'conflict' });
  });

  test('feedback is kept with the answer, and not for questions', async () => {
    const answer = await turn();
    const path = messages(`/${answer.id}/feedback`);
    expect(await json(post(path, { rating: 'down', comment: ' Wrong. ' }))).toEqual({
      rating: 'down',
      comment: 'Wrong.',
    });
    expect(await json(post(path, { rating: 'up' }))).toEqual({ rating: 'up' });
    const { messages: all } = await json<Page<'messages', Message>>(get(messages()));
    expect(all[1]!.feedback).toEqual({ rating: 'up' });
    for (const body of [{}, { rating: 'meh' }]) expect((await post(path, body)).status).toBe(400);
    expect((await post(messages(`/${all[0]!.id}/feedback`), { rating: 'up' })).status).toBe(400);
  });
});

describe('an Idempotency-Key', () => {
  const keyed = { headers: { [HEADER.idempotencyKey]: 'once' } };

  test('gives two posts at once one turn; streamed and whole are the same question', async () => {
    const both = [post(messages('/stream'), { content: 'How?' }, keyed), post(messages(), { content: 'How?' }, keyed)];
    (await answerer.script(0)).say('So.').done();
    const [streamed, whole] = [await read(both[0]!), await json<Message>(both[1]!)];
    expect(whole).toMatchObject({ id: streamed.state.messageId, content: 'So.' });
    expect((await json<Page<'messages', Message>>(get(messages()))).total).toBe(2);
    expect((await read(post(messages('/stream'), { content: 'How?' }, keyed))).state.content).toBe('So.');
    expect(answerer.scripts).toHaveLength(1);
  });

  test('with another body, too long or empty is refused', async () => {
    const answer = post(messages(), { content: 'How?' }, keyed);
    (await answerer.script(0)).done();
    await answer;
    expect(await failure(post(messages(), { content: 'Why?' }, keyed))).toMatchObject({
      status: 422,
      code: 'idempotency_mismatch',
    });
    const long = { headers: { [HEADER.idempotencyKey]: 'x'.repeat(256) } };
    expect(await failure(post(messages(), { content: 'How?' }, long))).toMatchObject({ code: 'invalid_request' });
  });

  test('means nothing to another caller', async () => {
    const answer = post(messages(), { content: 'How?' }, keyed);
    (await answerer.script(0)).done();
    await answer;
    const server = { key: app.sk.credential, origin: null, ...keyed };
    const other = post(messages(), { content: 'Why?' }, server);
    (await answerer.script(1)).done();
    expect((await other).status).toBe(200);
  });
});

describe('another visitor', () => {
  test('finds nothing of this conversation, whatever is tried', async () => {
    const answer = await turn();
    const stranger = { key: (await app.addVisitor()).token };
    const path = `/v1/conversations/${conversation.id}`;
    const tries = [
      get(path, stranger),
      get(`${path}/messages`, stranger),
      post(`${path}/messages`, { content: 'x' }, stranger),
      post(`${path}/messages/stream`, { content: 'x' }, stranger),
      post(`${path}/end`, undefined, stranger),
      get(`${path}/messages/${answer.id}/stream`, stranger),
      post(`${path}/messages/${answer.id}/stop`, undefined, stranger),
      post(`${path}/messages/${answer.id}/retry`, undefined, stranger),
      post(`${path}/messages/${answer.id}/feedback`, { rating: 'up' }, stranger),
    ];
    for (const one of tries) expect(await failure(one)).toMatchObject({ status: 404, code: 'not_found' });
    expect((await json<Page<'conversations', Conversation>>(get('/v1/conversations', stranger))).total).toBe(0);
    expect((await json<Page<'conversations', Conversation>>(get('/v1/conversations'))).total).toBe(1);
  });
});

describe('conversations', () => {
  test('come with their messages, and in lists without', async () => {
    await turn();
    const one = await json<Conversation>(get(`/v1/conversations/${conversation.id}`));
    expect(one.messages.map(({ role }) => role)).toEqual(['user', 'assistant']);
    const { conversations } = await json<Page<'conversations', Conversation>>(get('/v1/conversations'));
    expect(conversations).toEqual([{ ...one, messages: [] }]);
  });

  test('of a visitor are with its assistant and carry no claimed identity', async () => {
    const other = await app.addAssistant(app.accountId);
    expect((await post('/v1/conversations', { assistant_id: other.id })).status).toBe(404);
    const body = { assistant_id: app.assistant.id, user_id: 'boss' };
    expect((await json<Conversation>(post('/v1/conversations', body), 201)).user_id).toBeNull();
    const server = { key: app.sk.credential, origin: null };
    expect((await json<Conversation>(post('/v1/conversations', body, server), 201)).user_id).toBe('boss');
    const list = get('/v1/conversations?user_id=boss', server);
    expect((await json<Page<'conversations', Conversation>>(list)).total).toBe(1);
  });
});
