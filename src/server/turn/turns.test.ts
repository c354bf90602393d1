import { afterEach, describe, expect, test } from 'vitest';
import { seededRandom } from '../../../test/random.ts';
import { closeAnswer } from '../../protocol/answer-state.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { ModelError } from '../answer/answerer.ts';
import type { Generation } from './generation.ts';
import type { LiveAnswer } from './live-answer.ts';
import { streamToWeb } from './sinks.ts';
import { StreamCollector } from './testing/collect.ts';
import { SCOPE, TurnsFixture } from './testing/fixture.ts';
import { IDLE_END_MS } from './turns.ts';

const TIMING = { retryMs: 2_000, heartbeatMs: 15_000, stallMs: 45_000 };
const opened: TurnsFixture[] = [];
const fixture = async (options?: ConstructorParameters<typeof TurnsFixture>[0]) => {
  const made = await new TurnsFixture(options).open();
  opened.push(made);
  return made;
};
afterEach(async () => {
  for (const made of opened.splice(0)) await made.remove();
});

const running = (answer: unknown) => answer as Generation;
const read = (answer: unknown, from = 0) => new StreamCollector().read(streamToWeb(answer as LiveAnswer, from, TIMING));

describe('an answer', () => {
  test('is streamed as start, deltas, sources, end, and stored the same', async () => {
    const f = await fixture();
    const answer = running(await f.ask('How?'));
    const reader = read(answer);
    (await f.script(0)).say('Like ').cite('Guide').say('this [1]').say('.').done();
    const { state, types, events, raw } = await reader;
    expect(types[0]).toBe('start');
    expect(types.slice(-2)).toEqual(['sources', 'end']);
    expect(raw.startsWith('retry: 2000\n\n')).toBe(true);
    expect(events[0]!.event).toMatchObject({ message_id: answer.messageId, user_message_id: 'msg_2', offset: 0 });
    expect(state).toMatchObject({ status: 'complete', content: 'Like this [1].', outcome: 'answered' });
    expect(state.sources.map(({ title }) => title)).toEqual(['Guide']);
    expect(await f.message(answer.messageId)).toMatchObject({
      content: 'Like this [1].',
      status: 'complete',
      outcome: 'answered',
      usage: { total_tokens: 7 },
      sources: [{ title: 'Guide' }],
    });
    expect((await f.messages()).rows.map(({ role }) => role)).toEqual(['user', 'assistant']);
    expect(f.generations.size).toBe(0);
  });

  test('is written to its end with nobody reading', async () => {
    const f = await fixture();
    const answer = running(await f.ask('How?'));
    (await f.script(0)).say('So.').done();
    await answer.done;
    expect(await f.message(answer.messageId)).toMatchObject({ content: 'So.', status: 'complete' });
  });

  test('goes to two readers alike, the second from the middle', async () => {
    const f = await fixture();
    const answer = running(await f.ask('How?'));
    const first = read(answer);
    const script = await f.script(0);
    script.say('One two');
    await until(answer, () => answer.text === 'One two');
    const second = read(answer, 4);
    script.say(' three').done();
    expect((await first).state.content).toBe('One two three');
    const { events } = await second;
    expect(events[0]!.event).toMatchObject({ type: 'start', offset: 4 });
    expect(events[1]).toMatchObject({ event: { type: 'delta', content: 'two' }, id: '7' });
  });

  test('whose pieces split surrogate pairs stays whole, and halves become U+FFFD', async () => {
    const f = await fixture();
    const text = '😀 a 👩‍👩‍👧 b 𝒳'.repeat(20);
    const answer = running(await f.ask('How?'));
    const reader = read(answer);
    const script = await f.script(0);
    for (const unit of text.split('')) script.say(unit);
    script.say('\ud83d').say('x').say('\udc00').say('\u0000').say('\ud83d').done();
    const { state, events } = await reader;
    expect(state.content).toBe(`${text}\ufffdx\ufffd\ufffd\ufffd`);
    expect((await f.message(answer.messageId))?.content).toBe(state.content);
    for (const { event } of events) {
      if (event.type === 'delta') expect(event.content).not.toMatch(/\p{Surrogate}/u);
    }
  });

  test('longer than the limit is cut, marked, and the model is told to stop', async () => {
    const f = await fixture({ limits: { answerChars: 10 } });
    const answer = running(await f.ask('How?'));
    const script = (await f.script(0)).say('12345678').say('9😀 and more');
    expect(await answer.done).toMatchObject({ status: 'complete', truncated: true, outcome: 'answered' });
    await script.aborted;
    expect((await read(answer)).state).toMatchObject({ content: '123456789', truncated: true, status: 'complete' });
    expect((await f.message(answer.messageId))?.content).toBe('123456789');
  });

  test('whose model fails is failed with what was written, as an error event', async () => {
    const f = await fixture();
    const answer = running(await f.ask('How?'));
    const reader = read(answer);
    (await f.script(0)).say('Half').fail(new ModelError('model_error', 'The provider refused.'));
    const { state } = await reader;
    expect(state).toMatchObject({ status: 'failed', content: 'Half', error: { code: 'model_error' } });
    expect(await f.message(answer.messageId)).toMatchObject({ status: 'failed', error: { code: 'model_error' } });
    expect(f.faults).toEqual([]);
  });

  test('that hits a fault of ours says internal_error and nothing of the cause', async () => {
    const f = await fixture();
    const answer = running(await f.ask('How?'));
    (await f.script(0)).fail(new Error('secret path /etc/x'));
    const end = await answer.done;
    expect(end.error?.code).toBe('internal_error');
    expect(JSON.stringify(end)).not.toContain('secret');
    expect(f.faults).toHaveLength(1);
  });

  test('whose model is silent ends with model_timeout', async () => {
    const f = await fixture({ limits: { modelSilenceMs: 20 } });
    const answer = running(await f.ask('How?'));
    const script = await f.script(0);
    expect((await answer.done).error?.code).toBe('model_timeout');
    expect(await script.aborted).toBeInstanceOf(ModelError);
  });

  test('is not asked for more while the disk is behind', async () => {
    const f = await fixture({ limits: { answerChars: 1_000_000 } });
    const append = f.store.messages.append;
    let most = 0;
    let given = 0;
    Object.assign(f.store.messages, {
      append: async (...all: Parameters<typeof append>) => {
        most = Math.max(most, all[3].length);
        await append(...all);
      },
    });
    const answer = running(await f.ask('How?'));
    const script = await f.script(0);
    for (let n = 0; n < 400; n += 1) {
      script.say('x'.repeat(1_000));
      given += 1_000;
    }
    script.done();
    await answer.done;
    expect(answer.text).toHaveLength(given);
    expect(most).toBeLessThanOrEqual(18_000);
  });
});

describe('a resume', () => {
  test.for([
    ['at the end', 11, 11, ''],
    ['in the middle', 4, 4, 'two 😀'],
    ['inside a surrogate pair', 9, 0, 'One two 😀x'],
    ['beyond the text', 99, 0, 'One two 😀x'],
    ['before the text', -1, 0, 'One two 😀x'],
  ] as const)('of a stored answer %s', async ([, from, offset, starts]) => {
    const f = await fixture();
    const answer = running(await f.ask('How?'));
    (await f.script(0)).say('One two 😀x').done();
    await answer.done;
    const stored = await f.turns.follow(SCOPE, 'conv_1', answer.messageId);
    const { events, types } = await read(stored, from);
    expect(events[0]!.event).toMatchObject({ type: 'start', offset, user_message_id: 'msg_2' });
    const text = events.map(({ event }) => (event.type === 'delta' ? event.content : '')).join('');
    expect(text.startsWith(starts)).toBe(true);
    expect(text).toBe('One two 😀x'.slice(offset));
    expect(types.at(-1)).toBe('end');
  });

  test('cut at 100 random bytes gives the same text, with one question and one answer', async () => {
    const f = await fixture();
    const random = seededRandom(11);
    const text = Array.from({ length: 400 }, (_, n) => `wörd${n} 😀${'·'.repeat(n % 5)}\n`).join('');
    for (let cut = 0; cut < 100; cut += 1) {
      const id = `conv_cut${cut}`;
      await f.conversation(id);
      const answer = running(await f.ask('How?', { conversation: id }));
      const script = await f.script(cut);
      const half = Math.floor(random() * text.length);
      script.say(text.slice(0, half));
      // The line breaks somewhere in the bytes of what has been written so far, mostly inside an event.
      const collector = new StreamCollector();
      await until(answer, () => answer.text.length >= half - 1);
      const bytes = await someBytes(streamToWeb(answer, 0, TIMING), Math.floor(random() * 60_000));
      collector.push(bytes);
      const followed = (await f.turns.follow(SCOPE, id, answer.messageId)) as LiveAnswer;
      const resumed = new StreamCollector(collector.state).read(
        streamToWeb(followed, collector.state.position ?? 0, TIMING),
      );
      script.say(text.slice(half)).done();
      const { state } = await resumed;
      expect(state.content === text, `cut ${cut}: byte-equal`).toBe(true);
      expect(state.status).toBe('complete');
      expect((await f.messages(id)).total).toBe(2);
    }
  });

  test('of another visitor, another conversation or a question is gone', async () => {
    const f = await fixture();
    await f.conversation('conv_2');
    const answer = running(await f.ask('How?'));
    const other = { accountId: 'acct_1', visitorId: 'vis_2' };
    expect(await f.turns.follow(other, 'conv_1', answer.messageId)).toBe('gone');
    expect(await f.turns.stop(other, 'conv_1', answer.messageId)).toBe('gone');
    expect(await f.turns.follow(SCOPE, 'conv_2', answer.messageId)).toBe('gone');
    expect(await f.turns.follow(SCOPE, 'conv_1', answer.userMessageId!)).toBe('gone');
    (await f.script(0)).done();
  });
});

describe('a stop', () => {
  test('ends the model and keeps what was written, again and again', async () => {
    const f = await fixture();
    const answer = running(await f.ask('How?'));
    const reader = read(answer);
    const script = (await f.script(0)).cite('Guide').say('Half [1]');
    await until(answer, () => answer.text !== '');
    const stopped = await f.turns.stop(SCOPE, 'conv_1', answer.messageId);
    await script.aborted;
    expect(stopped).toMatchObject({ status: 'stopped', content: 'Half [1]', sources: [{ title: 'Guide' }] });
    expect((await reader).state).toMatchObject({
      status: 'stopped',
      content: 'Half [1]',
      sources: [{ title: 'Guide' }],
    });
    expect(await f.turns.stop(SCOPE, 'conv_1', answer.messageId)).toEqual(stopped);
  });

  test('of a finished answer gives it as it is', async () => {
    const f = await fixture();
    const answer = running(await f.ask('How?'));
    (await f.script(0)).say('All').done();
    await answer.done;
    expect(await f.turns.stop(SCOPE, 'conv_1', answer.messageId)).toMatchObject({ status: 'complete', content: 'All' });
  });
});

describe('one turn at a time', () => {
  test('a second question waits for the first answer', async () => {
    const f = await fixture();
    const answer = running(await f.ask('One?'));
    expect(await f.ask('Two?')).toBe('busy');
    (await f.script(0)).done();
    await answer.done;
    expect(running(await f.ask('Two?')).messageId).not.toBe(answer.messageId);
  });

  test('an ended conversation takes no question', async () => {
    const f = await fixture();
    await f.store.conversations.end(SCOPE, 'conv_1', f.now);
    expect(await f.ask('One?')).toBe('ended');
  });

  test('a conversation ends after a day of silence, not while it is answered or spoken in', async () => {
    const f = await fixture();
    await f.conversation('conv_idle');
    await f.conversation('conv_spoken');
    const answer = running(await f.ask('?'));
    f.now += IDLE_END_MS;
    const spoken = running(await f.ask('?', { conversation: 'conv_spoken' }));
    (await f.script(1)).done();
    await spoken.done;
    expect(await f.turns.endIdle()).toEqual([]);
    f.now += 1;
    expect((await f.turns.endIdle()).map(({ id, endedAt }) => [id, endedAt])).toEqual([['conv_idle', f.now]]);
    expect(await f.turns.endIdle()).toEqual([]);
    (await f.script(0)).done();
    await answer.done;
    expect((await f.turns.endIdle()).map(({ id }) => id)).toEqual(['conv_1']);
  });

  test('caps count what is running, and places come back', async () => {
    const f = await fixture({ caps: { total: 3, perClient: 2 } });
    for (const id of ['conv_2', 'conv_3', 'conv_4']) await f.conversation(id);
    const first = running(await f.ask('?', { conversation: 'conv_1', client: '192.0.2.1' }));
    await f.ask('?', { conversation: 'conv_2', client: '192.0.2.1' });
    expect(await f.ask('?', { conversation: 'conv_3', client: '192.0.2.1' })).toBe('client_full');
    await f.ask('?', { conversation: 'conv_3', client: '192.0.2.2' });
    expect(await f.ask('?', { conversation: 'conv_4', client: '192.0.2.3' })).toBe('full');
    (await f.script(0)).done();
    await first.done;
    expect(await f.ask('?', { conversation: 'conv_4', client: '192.0.2.1' })).toBeTypeOf('object');
    expect((await f.messages('conv_4')).total).toBe(2);
  });
});

describe('an idempotency key', () => {
  test('sent twice at once makes one turn with the same stream for both', async () => {
    const f = await fixture();
    const [a, b] = await Promise.all([f.ask('How?', { key: 'k' }), f.ask('How?', { key: 'k' })]);
    expect(a).toBe(b);
    const readers = [read(a), read(b)];
    (await f.script(0)).say('So.').done();
    for (const reader of readers) expect((await reader).state.content).toBe('So.');
    expect((await f.messages()).total).toBe(2);
    expect(f.answerer.scripts).toHaveLength(1);
  });

  test('sent after the end replays the answer; with another body it is refused', async () => {
    const f = await fixture();
    const answer = running(await f.ask('How?', { key: 'k' }));
    (await f.script(0)).say('So.').done();
    await answer.done;
    expect((await read(await f.ask('How?', { key: 'k' }))).state).toMatchObject({ content: 'So.', status: 'complete' });
    expect(await f.ask('Why?', { key: 'k' })).toBe('mismatch');
    expect((await f.messages()).total).toBe(2);
  });

  test('of a failed answer writes it again, to one final answer', async () => {
    const f = await fixture();
    const answer = running(await f.ask('How?', { key: 'k' }));
    (await f.script(0)).say('Ha').fail(new ModelError('model_error', 'no'));
    await answer.done;
    const again = running(await f.ask('How?', { key: 'k' }));
    expect(again.messageId).toBe(answer.messageId);
    const reader = read(again);
    (await f.script(1)).say('So.').done();
    expect((await reader).state.content).toBe('So.');
    expect((await f.messages()).rows.map(({ content }) => content)).toEqual(['How?', 'So.']);
  });

  test('is forgotten after 24 hours', async () => {
    const f = await fixture();
    const answer = running(await f.ask('How?', { key: 'k' }));
    (await f.script(0)).done();
    await answer.done;
    f.now += LIMITS.idempotencySeconds * 1000 + 1;
    const later = running(await f.ask('Why?', { key: 'k' }));
    expect(later.messageId).not.toBe(answer.messageId);
    (await f.script(1)).done();
  });
});

describe('a retry', () => {
  test('writes the last answer again in its place', async () => {
    const f = await fixture();
    const answer = running(await f.ask('How?'));
    (await f.script(0)).say('Wrong, and long').done();
    await answer.done;
    const again = running(await f.retry(answer.messageId));
    // A reader that stands in the old text starts over.
    const reader = read(again, 5);
    (await f.script(1)).say('Right').done();
    expect((await reader).state).toMatchObject({ content: 'Right', messageId: answer.messageId });
    expect((await f.messages()).rows.map(({ content }) => content)).toEqual(['How?', 'Right']);
  });

  test('is refused while it is written and when the conversation went on', async () => {
    const f = await fixture();
    const answer = running(await f.ask('One?'));
    expect(await f.retry(answer.messageId)).toBe('busy');
    (await f.script(0)).done();
    await answer.done;
    const next = running(await f.ask('Two?'));
    expect(await f.retry(answer.messageId)).toBe('not_last');
    (await f.script(1)).done();
    await next.done;
    expect(await f.retry('msg_none')).toBe('gone');
  });

  test('twice at once writes it once', async () => {
    const f = await fixture();
    const answer = running(await f.ask('One?'));
    (await f.script(0)).done();
    await answer.done;
    const both = await Promise.all([f.retry(answer.messageId), f.retry(answer.messageId)]);
    both.push(await f.retry(answer.messageId));
    expect(both.every((one) => one === both[0])).toBe(true);
    (await f.script(1)).say('Once').done();
    await Promise.all(both.map((one) => (typeof one === 'string' ? one : read(one))));
    expect((await f.message(answer.messageId))?.content).toBe('Once');
    expect(f.answerer.scripts).toHaveLength(2);
  });
});

describe('the end of the server', () => {
  test('lets answers finish until the deadline, then they are interrupted', async () => {
    const f = await fixture();
    await f.conversation('conv_2');
    const quick = running(await f.ask('?'));
    const slow = running(await f.ask('?', { conversation: 'conv_2' }));
    (await f.script(1)).say('Half');
    await until(slow, () => slow.text === 'Half');
    const reader = read(slow);
    const drained = f.generations.drain(60_000);
    expect(await f.ask('?')).toBe('draining');
    (await f.script(0)).say('All').done();
    await quick.done;
    await f.generations.drain(0);
    await drained;
    expect(quick.end?.status).toBe('complete');
    expect((await reader).state).toMatchObject({ status: 'failed', error: { code: 'interrupted' }, content: 'Half' });
    expect(await f.store.messages.get(SCOPE, 'conv_2', slow.messageId)).toMatchObject({ status: 'interrupted' });
  });

  test('by a kill leaves what was stored; it is interrupted at the next start and can be tried again', async () => {
    const f = await fixture();
    const answer = running(await f.ask('How?', { key: 'k' }));
    const killed = await f.script(0);
    killed.cite('Guide').say('Half [1]');
    await until(answer, () => answer.text === 'Half [1]');
    await f.kill();
    await f.start();
    expect(await f.store.messages.interruptAll(f.now)).toBe(1);
    expect((await f.message(answer.messageId))?.sources).toMatchObject([{ title: 'Guide' }]);
    const replay = await read(await f.turns.follow(SCOPE, 'conv_1', answer.messageId));
    expect(replay.state).toMatchObject({ content: 'Half [1]', status: 'failed', error: { code: 'interrupted' } });
    const again = await f.ask('How?', { key: 'k' });
    (await f.script(1)).say('Whole').done();
    expect((await read(again)).state).toMatchObject({ content: 'Whole', status: 'complete' });
    expect((await f.messages()).total).toBe(2);
    killed.done();
    await answer.done;
  });

  test('a row that lost its writer is interrupted when it is met, and the conversation goes on', async () => {
    const f = await fixture();
    await f.store.messages.openTurn({
      scope: SCOPE,
      conversationId: 'conv_1',
      question: { id: 'msg_q', content: '?', metadata: {} },
      answerId: 'msg_orphan',
      idempotency: null,
      now: f.now,
    });
    const next = await f.ask('Next?');
    expect(next).toBeTypeOf('object');
    expect((await f.message('msg_orphan'))?.status).toBe('interrupted');
    (await f.script(0)).done();
  });

  test('a disk that refuses writes ends the answer with internal_error', async () => {
    const f = await fixture();
    Object.assign(f.store.messages, { append: () => Promise.reject(new Error('disk full')) });
    const answer = running(await f.ask('How?'));
    const script = (await f.script(0)).say('Hello');
    expect(await answer.done).toMatchObject({ status: 'failed', error: { code: 'internal_error' } });
    expect(closeAnswer((await read(answer)).state).content).toBe('');
    await script.aborted;
  });
});

function until(answer: LiveAnswer, reached: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!reached()) return;
      unsubscribe();
      resolve();
    };
    const unsubscribe = answer.subscribe(look);
    look();
  });
}

async function someBytes(stream: ReadableStream<Uint8Array>, most: number): Promise<Uint8Array> {
  const reader = stream.getReader();
  const taken: number[] = [];
  // Only what is there at once: the generation waits for the test, so a further read would wait for ever.
  while (taken.length < most) {
    const next = await Promise.race([reader.read(), new Promise<null>((resolve) => setImmediate(resolve, null))]);
    if (!next?.value) break;
    taken.push(...next.value);
  }
  void reader.cancel();
  return Uint8Array.from(taken.slice(0, most));
}
