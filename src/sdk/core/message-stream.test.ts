import { describe, expect, test } from 'vitest';
import type { AnswerState } from '../../protocol/answer-state.ts';
import { resumeMessage, streamMessage } from '../resources/messages.ts';
import {
  eventStream,
  failure,
  instantSleep,
  json,
  type Step,
  scripted,
  scriptedRequest,
  wire,
} from '../testing/scripted-server.ts';
import { APIConnectionError, APIError, APIUserAbortError, InternalServerError, NotFoundError } from './errors.ts';
import type { MessageStream, StreamOptions } from './message-stream.ts';

const PIECES = ['Hel', 'lo ', 'wörld', '!'];
const TEXT = 'Hello wörld!';
const QUESTION = { conversationId: 'conv_1', content: 'hi' };

async function ask(steps: Step[], options: StreamOptions = {}) {
  const script = scripted(...steps);
  const request = scriptedRequest(script);
  const stream = await streamMessage(request, QUESTION, {
    sleep: instantSleep(script.slept),
    random: () => 0.5,
    ...options,
  });
  return { script, stream };
}

async function read(stream: MessageStream) {
  let text = '';
  for await (const { content, offset } of stream) text = text.slice(0, offset) + content;
  return text;
}

describe('an undisturbed stream', () => {
  test('gives chunks, start, sources, end and the whole message', async () => {
    const states: AnswerState[] = [];
    const { stream, script } = await ask([eventStream(wire(PIECES))], { onState: (state) => void states.push(state) });
    expect(await stream.start).toEqual({ message_id: 'msg_1', user_message_id: 'msg_0' });
    expect(await read(stream)).toBe(TEXT);
    expect(await stream.sources).toEqual([]);
    expect(await stream.end).toMatchObject({ status: 'complete', usage: { total_tokens: 3 } });
    expect(await stream.finalMessage()).toMatchObject({ id: 'msg_1', conversation_id: 'conv_1', content: TEXT });
    expect(states.at(-1)).toBe(stream.state);
    expect(script.seen[0]).toMatchObject({ path: '/v1/conversations/conv_1/messages/stream', body: { content: 'hi' } });
  });

  test('finalMessage() works without iterating, and a slow reader loses nothing', async () => {
    const { stream } = await ask([eventStream(wire(PIECES))]);
    expect((await stream.finalMessage()).content).toBe(TEXT);
    expect(await read(stream)).toBe(TEXT);
  });

  test('a chunk never splits a surrogate pair', async () => {
    const { stream } = await ask([eventStream(wire(['a\ud83d', '\ude00b', '\ud83d']))]);
    const chunks: string[] = [];
    for await (const { content } of stream) chunks.push(content);
    expect(chunks.join('')).toBe('a😀b\ud83d');
    for (const chunk of chunks.slice(0, -1)) expect(chunk).not.toMatch(/[\ud800-\udbff]$/);
  });

  test.for(['TEXT/EVENT-STREAM', 'Text/Event-Stream;charset=UTF-8'])('the content type %s is one', async (type) => {
    const { stream } = await ask([eventStream(wire(PIECES), { type })]);
    expect(await read(stream)).toBe(TEXT);
  });

  test('a whole message as JSON is accepted', async () => {
    const { stream } = await ask([json({ id: 'msg_1', role: 'assistant', content: TEXT, usage: { total_tokens: 1 } })]);
    expect(await read(stream)).toBe(TEXT);
    expect(await stream.finalMessage()).toMatchObject({ id: 'msg_1', status: 'complete', content: TEXT });
  });

  test('other JSON is an error', async () => {
    const { stream } = await ask([json({ hello: 'world' })]);
    await expect(read(stream)).rejects.toMatchObject({ code: 'unexpected_response' });
    expect(stream.state.status).toBe('interrupted');
  });

  test('events after the end, and whatever the line does then, change nothing', async () => {
    for (const ending of ['close', 'break', 'silence'] as const) {
      const { stream, script } = await ask([eventStream([...wire(PIECES), ...wire(['x'])], { ending })]);
      expect(await read(stream)).toBe(TEXT);
      expect(script.seen).toHaveLength(1);
    }
  });
});

describe('a disturbed stream', () => {
  test.for(['close', 'break'] as const)(
    'a line that %ss is resumed from the last position, at once',
    async (ending) => {
      const { stream, script } = await ask([
        eventStream(wire(PIECES.slice(0, 2), { end: false }), { ending }),
        eventStream(wire(PIECES.slice(2), { offset: 6 })),
      ]);
      expect(await read(stream)).toBe(TEXT);
      expect(script.seen[1]).toMatchObject({
        method: 'GET',
        path: '/v1/conversations/conv_1/messages/msg_1/stream?after=6',
      });
      expect(script.slept).toEqual([]);
    },
  );

  test('a silent line is cancelled and resumed', async () => {
    let cancelled = false;
    const silence = eventStream(wire(PIECES.slice(0, 1), { end: false }), {
      ending: 'silence',
      onCancel: () => {
        cancelled = true;
      },
    });
    const { stream } = await ask([silence, eventStream(wire(PIECES.slice(1), { offset: 3 }))], {
      sleep: (ms) => (ms === 45_000 ? new Promise((resolve) => setImmediate(resolve)) : Promise.resolve()),
    });
    expect(await read(stream)).toBe(TEXT);
    expect(cancelled).toBe(true);
  });

  test('a line that breaks before the answer has an id posts again with the same key', async () => {
    const { stream, script } = await ask([eventStream([], { ending: 'break' }), eventStream(wire(PIECES))]);
    expect(await read(stream)).toBe(TEXT);
    expect(script.seen.map(({ method }) => method)).toEqual(['POST', 'POST']);
    expect(new Set(script.seen.map(({ headers }) => headers.get('idempotency-key'))).size).toBe(1);
  });

  test('a gap fetches the whole answer again', async () => {
    const gappy = wire(PIECES);
    gappy.splice(2, 1);
    const { stream, script } = await ask([eventStream(gappy), eventStream(wire(PIECES))]);
    expect(await read(stream)).toBe(TEXT);
    expect(script.seen[1]!.path).toMatch(/after=0$/);
    expect(stream.state.content).toBe(TEXT);
  });

  test('a server without positions is asked for the whole answer again', async () => {
    const bare = wire(PIECES).map((event) => event.replace(/^id: \d+\n/, ''));
    const { stream, script } = await ask([
      eventStream(bare.slice(0, 3)),
      eventStream(bare.map((event) => event.replace(',"offset":0', ''))),
    ]);
    expect(await read(stream)).toBe(TEXT);
    expect(stream.state.content).toBe(TEXT);
    expect(script.seen[1]!.path).toMatch(/after=0$/);
  });

  test('an answer that was written again from an earlier place says where', async () => {
    const { stream } = await ask([
      eventStream(wire(['Hello ', 'there'], { end: false })),
      eventStream(wire(['wörld!'], { offset: 6 })),
    ]);
    const chunks = [];
    for await (const chunk of stream) {
      chunks.push(chunk);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(chunks.reduce((text, { content, offset }) => text.slice(0, offset) + content, '')).toBe(TEXT);
    expect(stream.state.content).toBe(TEXT);
  });

  test('an answer that begins anew with the same text is not said twice, however often', async () => {
    const { stream } = await ask([
      eventStream(wire(['Hello ', 'w'], { end: false })),
      eventStream(wire(['Hel'], { end: false })),
      eventStream(wire(['H', 'ello ', 'wörld!'])),
    ]);
    const chunks = [];
    for await (const chunk of stream) {
      chunks.push(chunk);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(chunks.map(({ content }) => content).join('')).toBe(TEXT);
    expect(stream.state.content).toBe(TEXT);
  });

  test('an answer that is shorter the second time says where it ends', async () => {
    const { stream } = await ask([eventStream(wire(['Hello there'], { end: false })), eventStream(wire(['Hello']))]);
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks).toEqual([
      { content: 'Hello there', offset: 0 },
      { content: '', offset: 5 },
    ]);
  });

  test('lines that bring nothing are given up after four, as interrupted', async () => {
    const dead = () => eventStream(wire([], { offset: 3, end: false }), { ending: 'break' });
    const { stream, script } = await ask([
      eventStream(wire(['Hel'], { end: false }), { ending: 'break' }),
      ...Array.from({ length: 20 }, () => dead),
    ]);
    await expect(read(stream)).rejects.toBeInstanceOf(APIConnectionError);
    expect(stream.state).toMatchObject({ status: 'interrupted', content: 'Hel' });
    expect(script.seen).toHaveLength(5);
    expect(script.slept).toEqual([250, 500, 1000]);
  });

  test('an answer that is gone is not asked for again', async () => {
    const { stream } = await ask([eventStream(wire(['Hel'], { end: false })), failure(404, 'not_found')]);
    await expect(read(stream)).rejects.toBeInstanceOf(NotFoundError);
    await expect(stream.finalMessage()).rejects.toBeInstanceOf(NotFoundError);
    expect(stream.state.status).toBe('interrupted');
  });

  test('an error event keeps the text and becomes an error with the status of its code', async () => {
    const error = 'data: {"type":"error","error":{"code":"model_timeout","message":"slow"}}\n\n';
    const { stream } = await ask([eventStream([...wire(['Hel'], { end: false }), error])]);
    let text = '';
    const thrown = await (async () => {
      for await (const { content } of stream) text += content;
    })().catch((error) => error);
    expect(text).toBe('Hel');
    expect(thrown).toBeInstanceOf(InternalServerError);
    expect(thrown).toMatchObject({ code: 'model_timeout', status: 504 });
    expect(stream.state.status).toBe('failed');
  });

  test('a refusal rejects before there is a stream', async () => {
    await expect(ask([failure(409, 'answer_in_progress')])).rejects.toBeInstanceOf(APIError);
  });
});

test('a listener that throws ends the stream with its error, and nothing hangs or escapes', async () => {
  const broken = new Error('listener');
  const { stream } = await ask([eventStream(wire(PIECES), { ending: 'silence' })], {
    onState: () => {
      throw broken;
    },
  });
  await expect(stream.finalMessage()).rejects.toBe(broken);
  await expect(read(stream)).rejects.toBe(broken);
});

describe('ending it', () => {
  const endless = (onCancel: () => void) => eventStream(wire(PIECES, { end: false }), { ending: 'silence', onCancel });

  test('leaving the loop cancels the line, and ends quietly', async () => {
    let cancelled = 0;
    const { stream } = await ask([endless(() => cancelled++)]);
    for await (const _ of stream) break;
    await expect(stream.finalMessage()).rejects.toBeInstanceOf(APIUserAbortError);
    expect(cancelled).toBe(1);
    expect(stream.state.status).toBe('interrupted');
  });

  test('the signal cancels the line; the loop ends, the promises reject', async () => {
    const abort = new AbortController();
    let cancelled = 0;
    const { stream } = await ask([endless(() => cancelled++)], { signal: abort.signal });
    let text = '';
    for await (const { content } of stream) {
      text += content;
      if (text === TEXT) abort.abort();
    }
    expect(text).toBe(TEXT);
    expect(cancelled).toBe(1);
    await expect(stream.end).rejects.toBeInstanceOf(APIUserAbortError);
  });

  test('stop() posts the stop route and the stream ends as stopped', async () => {
    let close = () => {};
    const parts = wire(['Hel'], { end: false });
    const open = () =>
      new Response(
        new ReadableStream<Uint8Array>({
          start(controller) {
            const send = (text: string) => controller.enqueue(new TextEncoder().encode(text));
            for (const part of parts) send(part);
            close = () => send('id: 3\ndata: {"type":"end","status":"stopped","usage":{}}\n\n');
          },
        }),
        { headers: { 'Content-Type': 'text/event-stream' } },
      );
    const { stream, script } = await ask([
      open,
      () => {
        close();
        return json({});
      },
    ]);
    await stream.stop();
    expect(await stream.finalMessage()).toMatchObject({ status: 'stopped', content: 'Hel' });
    expect(script.seen[1]).toMatchObject({ method: 'POST', path: '/v1/conversations/conv_1/messages/msg_1/stop' });
  });
});

test('a resumed answer brings what follows the text held', async () => {
  const script = scripted(eventStream(wire(PIECES.slice(1), { offset: 3 })));
  const stream = await resumeMessage(scriptedRequest(script), {
    conversationId: 'conv_1',
    messageId: 'msg_1',
    content: 'Hel',
  });
  const chunks: string[] = [];
  for await (const { content } of stream) chunks.push(content);
  expect(chunks.join('')).toBe('lo wörld!');
  expect(stream.state.content).toBe(TEXT);
  expect(script.seen[0]).toMatchObject({
    method: 'GET',
    path: '/v1/conversations/conv_1/messages/msg_1/stream?after=3',
  });
});
