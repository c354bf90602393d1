import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ModelServer, startModelServer } from '../../../test/model-server.ts';
import { applyStreamEvent, WAITING_ANSWER } from '../../protocol/answer-state.ts';
import type { Conversation, Message, PageTool } from '../../protocol/resources.ts';
import { SseDecoder } from '../../protocol/sse-decode.ts';
import { readStreamEvent } from '../../protocol/stream-events.ts';
import { chooseByModel } from '../answer/choose.ts';
import { ExtractiveAnswerer } from '../answer/extractive.ts';
import type { Passage } from '../retrieve/retriever.ts';
import { makeApp, SITE } from '../testing/make-app.ts';

const CART: PageTool = {
  name: 'add_to_cart',
  description: 'Puts an article into the visitor’s cart.',
  parameters: { type: 'object', properties: { article: { type: 'string' } }, required: ['article'] },
};
const call = (id: string, article: string) => ({ id, name: 'add_to_cart', arguments: JSON.stringify({ article }) });

let model: ModelServer;
beforeAll(async () => {
  model = await startModelServer();
});
afterAll(() => model.close());

let app: Awaited<ReturnType<typeof makeApp>>;
let token: string;
let conversation: Conversation;
let passages: Passage[];

const post = (path: string, body: object, headers: Record<string, string> = {}, key = token) =>
  app.send('POST', `/v1/conversations/${conversation.id}/messages${path}`, { key, origin: SITE, body, headers });
const json = { Accept: 'application/json' };

beforeEach(() => begin('gpt-test'));

async function begin(name: string) {
  model.requests.length = 0;
  passages = [];
  app = await makeApp({
    retriever: { retrieve: async () => passages },
    answerer: chooseByModel(new ExtractiveAnswerer({ wordPaceMs: 0 }), {
      openaiCompatible: { baseUrl: model.url, apiKey: 'k' },
      anthropic: { apiKey: 'k', baseUrl: model.url },
    }),
  });
  await app.store.knowledge.createBase({
    id: 'kb_1',
    accountId: app.accountId,
    name: '',
    description: '',
    createdAt: 1,
  });
  await app.store.assistants.update({ accountId: app.accountId }, app.assistant.id, {
    model: name,
    knowledgeBaseId: 'kb_1',
  });
  token = (await app.addVisitor()).token;
  const made = await app.send('POST', '/v1/conversations', {
    key: token,
    origin: SITE,
    body: { assistant_id: app.assistant.id },
  });
  conversation = (await made.json()) as Conversation;
}

/** The whole stream, folded. */
async function read(answer: Response, from = WAITING_ANSWER) {
  expect(answer.status, await answer.clone().text()).toBe(200);
  const decoder = new SseDecoder();
  let state = from;
  for (const { data, lastEventId } of decoder.push(new Uint8Array(await answer.arrayBuffer()))) {
    state = applyStreamEvent(state, readStreamEvent(data)!, lastEventId);
  }
  return state;
}

test.for(['gpt-test', 'claude-test'])('the model asks, the page answers, the answer goes on: %s', async (name) => {
  await begin(name);
  passages = [
    { chunkId: 'c', documentId: 'doc_1', title: 'Shop', heading: '', text: 'We sell boats.', url: '', relevance: 1 },
  ];
  model.respond(
    { tokens: ['We sell boats [1]. ', 'Shall I?'], calls: [call('call_1', 'boat'), call('call_2', 'oar')] },
    { tokens: ['Both are ', 'in your cart [1].'] },
  );
  const asked = await read(await post('/stream', { content: 'Put a boat into my cart', tools: [CART] }));
  expect(asked).toMatchObject({
    status: 'awaiting_tool',
    content: 'We sell boats [1]. Shall I?',
    toolCalls: [
      { id: 'call_1', name: 'add_to_cart', arguments: { article: 'boat' }, result: null },
      { id: 'call_2', arguments: { article: 'oar' } },
    ],
  });
  expect(JSON.stringify(model.requests[0]!.body.tools)).toContain('add_to_cart');
  const results = [
    { tool_call_id: 'call_1', content: { cart: 1 } },
    { tool_call_id: 'call_2', error: 'The visitor declined.' },
  ];
  const path = `/${asked.messageId}/tool-results`;
  const held = { ...asked, status: 'streaming' as const };
  const done = await read(await post(path, { results }), held);
  expect(done).toMatchObject({
    status: 'complete',
    content: 'We sell boats [1]. Shall I?Both are in your cart [1].',
    toolCalls: [],
    sources: [{ document_id: 'doc_1' }],
  });
  const sent = JSON.stringify(model.requests[1]!.body.messages);
  expect(sent).toContain('declined');
  expect(sent).toMatch(/cart\\+":1/);
  // Again, as after a line that broke: the same answer, and the model is not asked.
  expect((await read(await post(path, { results }), held)).content).toBe(done.content);
  expect(model.requests).toHaveLength(2);
  const message = (await (
    await app.send('GET', `/v1/conversations/${conversation.id}/messages?offset=1`, { key: token, origin: SITE })
  ).json()) as { messages: Message[] };
  expect(message.messages[0]).toMatchObject({
    status: 'complete',
    tool_calls: [
      { id: 'call_1', result: { content: { cart: 1 } } },
      { id: 'call_2', result: { error: 'The visitor declined.' } },
    ],
  });
});

test('results are taken once, whole, from the visitor who was asked', async () => {
  model.respond({ tokens: ['Sure. '], calls: [call('c1', 'a'), call('c2', 'b')] }, { tokens: ['Done.'] });
  const waiting = (await (await post('', { content: 'Do', tools: [CART] })).json()) as Message;
  expect(waiting).toMatchObject({ status: 'awaiting_tool', outcome: 'answered' });
  const path = `/${waiting.id}/tool-results`;
  const one = { tool_call_id: 'c1', content: 1 };
  const two = { tool_call_id: 'c2', content: 2 };
  const status = async (results: object[], key = token) => (await post(path, { results }, json, key)).status;
  expect(await status([one])).toBe(409);
  expect(await status([one, { tool_call_id: 'c9', content: 1 }])).toBe(409);
  expect(await status([one, { tool_call_id: 'c2' }])).toBe(400);
  expect(await status([one, { tool_call_id: 'c2', content: 1, error: 'x' }])).toBe(400);
  expect(await status([one, { tool_call_id: 'c2', content: 'x'.repeat(20_000) }])).toBe(400);
  expect(await status([])).toBe(400);
  expect(await status([one, two], (await app.addVisitor()).token)).toBe(404);
  expect(await status([one, two])).toBe(200);
  expect(await status([one, { ...two, content: 3 }])).toBe(409);
  expect(model.requests).toHaveLength(2);
});

test('it is not asked for ever: after five rounds no tools are offered', async () => {
  let n = 0;
  model.respond(...Array.from({ length: 5 }, (_, at) => ({ tokens: ['.'], calls: [call(`r${at}`, 'a')] })), {
    tokens: ['End'],
  });
  let message = (await (await post('', { content: 'Loop', tools: [CART] })).json()) as Message;
  while (message.status === 'awaiting_tool') {
    const pending = message.tool_calls.filter(({ result }) => result === null);
    const results = pending.map(({ id }) => ({ tool_call_id: id, content: n++ }));
    message = (await (await post(`/${message.id}/tool-results`, { results }, json)).json()) as Message;
  }
  expect(message).toMatchObject({ status: 'complete', content: '.....End' });
  expect(model.requests.map(({ body }) => body.tools?.length ?? 0)).toEqual([1, 1, 1, 1, 1, 0]);
});

test('what the model makes up is not asked of the page', async () => {
  model.respond({
    tokens: ['Well.'],
    calls: [
      { id: 'x', name: 'rm_rf', arguments: '{}' },
      { id: 'y', name: 'add_to_cart', arguments: '[1]' },
    ],
  });
  const message = (await (await post('', { content: 'Do', tools: [CART] })).json()) as Message;
  expect(message).toMatchObject({ status: 'complete', tool_calls: [] });
});

test('the built-in model is offered nothing, and says what it does not find', async () => {
  await begin('extractive');
  const message = (await (await post('', { content: 'Do', tools: [CART] })).json()) as Message;
  expect(message).toMatchObject({ outcome: 'not_found', status: 'complete', tool_calls: [] });
});

test('tools are bounded', async () => {
  const many = Array.from({ length: 17 }, (_, n) => ({ ...CART, name: `t${n}` }));
  for (const tools of [
    many,
    [CART, CART],
    [{ ...CART, name: 'a b' }],
    [{ ...CART, parameters: { x: 'y'.repeat(17_000) } }],
  ]) {
    expect((await post('', { content: 'Do', tools })).status).toBe(400);
  }
});

test('a question is asked anew in its place, and what followed is gone', async () => {
  model.respond({ tokens: ['One.'] }, { tokens: ['Two.'] }, { tokens: ['Three.'] });
  await begin('gpt-test');
  passages = [{ chunkId: 'c', documentId: 'd', title: '', heading: '', text: 'Text.', url: '', relevance: 1 }];
  await post('', { content: 'First' });
  await post('', { content: 'Second' });
  const list = async () =>
    (
      (await (
        await app.send('GET', `/v1/conversations/${conversation.id}/messages`, { key: token, origin: SITE })
      ).json()) as { messages: Message[] }
    ).messages;
  const [first, answer] = await list();
  const edited = await post('', { content: 'First, better', replaces: first!.id }, { 'Idempotency-Key': 'k1' });
  const told = (await edited.json()) as Message;
  expect(told.content).toBe('Three.');
  const again = await post('', { content: 'First, better', replaces: first!.id }, { 'Idempotency-Key': 'k1' });
  expect(((await again.json()) as Message).id).toBe(told.id);
  expect((await list()).map(({ content }) => content)).toEqual(['First, better', 'Three.']);
  // The model is not told of what is gone.
  expect(JSON.stringify(model.requests[2]!.body.messages)).not.toContain('Second');
  for (const replaces of [first!.id, answer!.id, 'msg_none']) {
    expect((await post('', { content: 'x', replaces })).status).toBe(400);
  }
});
