import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TEST_ENGINE } from '../testing/test-store.ts';
import type { LiveAnswer } from './live-answer.ts';
import { streamToWeb } from './sinks.ts';
import { StreamCollector } from './testing/collect.ts';
import { SCOPE, TurnsFixture } from './testing/fixture.ts';
import type { NoAnswer, Turns } from './turns.ts';

const TIMING = { retryMs: 1_000, heartbeatMs: 60_000, stallMs: 60_000 };

/** Two processes on one database. On SQLite they have no signals: there, looking now and then must be enough. */
describe(`another process (${TEST_ENGINE})`, () => {
  let f: TurnsFixture;
  let other: Awaited<ReturnType<TurnsFixture['process']>>;
  beforeEach(async () => {
    f = await new TurnsFixture().open();
    other = await f.process();
    for (const { store } of [f, other]) await store.servers.beat(f.now);
  });
  afterEach(async () => {
    await other.generations.drain(0);
    await f.remove();
  });

  const live = (answer: LiveAnswer | NoAnswer): LiveAnswer => {
    if (typeof answer === 'string') throw new Error(`no answer: ${answer}`);
    return answer;
  };
  const read = (answer: LiveAnswer | NoAnswer, from = 0, until?: Parameters<StreamCollector['read']>[1]) =>
    new StreamCollector().read(streamToWeb(live(answer), from, TIMING), until);
  const follow = (turns: Turns, messageId: string) => turns.follow(SCOPE, 'conv_1', messageId);
  const textIs = (answer: LiveAnswer, text: string) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (answer.text !== text) return;
        unsubscribe();
        resolve();
      };
      const unsubscribe = answer.subscribe(look);
      look();
    });

  test('reads an answer from any position: the stored text, then what is written', async () => {
    const answer = live(await f.ask('How?'));
    const script = await f.script(0);
    script.say('One two 😀 ');
    await textIs(answer, 'One two 😀 ');
    const there = live(await follow(other.turns, answer.messageId));
    const whole = read(there);
    const rest = read(await follow(other.turns, answer.messageId), 4);
    await textIs(there, 'One two 😀 ');
    script.cite('Guide').say('three').done();
    expect((await whole).state).toMatchObject({ content: 'One two 😀 three', status: 'complete' });
    expect((await whole).state.sources).toMatchObject([{ title: 'Guide' }]);
    expect((await rest).events[0]?.event).toMatchObject({ type: 'start', offset: 4 });
    const deltas = (await rest).events.flatMap(({ event }) => (event.type === 'delta' ? [event.content] : []));
    expect(deltas.join('')).toBe('two 😀 three');
    // Afterwards it is a stored answer like any other.
    expect((await read(await follow(other.turns, answer.messageId))).state.content).toBe('One two 😀 three');
  });

  test.skipIf(TEST_ENGINE === 'sqlite')('stops it where it is written', async () => {
    const answer = live(await f.ask('How?'));
    const script = await f.script(0);
    script.say('Half');
    await textIs(answer, 'Half');
    const row = await other.turns.stop(SCOPE, 'conv_1', answer.messageId);
    expect(row).toMatchObject({ status: 'stopped', content: 'Half' });
    await script.aborted;
    expect(answer.end?.status).toBe('stopped');
  });

  test('asked again with the same key it gives the running answer, and asked anew it is busy', async () => {
    const answer = live(await f.ask('How?', { key: 'k' }));
    const again = live(await f.ask('How?', { key: 'k', at: other.turns }));
    expect(again.messageId).toBe(answer.messageId);
    expect(await f.ask('More?', { at: other.turns })).toBe('busy');
    const reading = read(again);
    (await f.script(0)).say('Whole').done();
    expect((await reading).state).toMatchObject({ content: 'Whole', status: 'complete' });
    expect((await f.messages()).total).toBe(2);
    expect(f.answerer.scripts).toHaveLength(1);
  });

  test('a second attempt is read from its start, and the retry of a running first one is refused', async () => {
    const answer = live(await f.ask('How?'));
    expect(await f.retry(answer.messageId, other.turns)).toBe('busy');
    (await f.script(0)).say('The first attempt').fail(new Error('broken'));
    await read(answer);
    const second = live(await f.retry(answer.messageId));
    (await f.script(1)).say('Another');
    await textIs(second, 'Another');
    const there = live(await f.retry(answer.messageId, other.turns));
    expect(there.messageId).toBe(answer.messageId);
    const reading = read(there, 9);
    (await f.script(1)).say(' one').done();
    expect((await reading).events[0]?.event).toMatchObject({ type: 'start', offset: 0 });
    expect((await reading).state).toMatchObject({ content: 'Another one', status: 'complete' });
  });

  test('that dies: its answers end, once, for readers and for the conversation; the living go on', async () => {
    const lost = live(await f.ask('How?'));
    (await f.script(0)).say('Half');
    await textIs(lost, 'Half');
    await f.conversation('conv_2');
    const kept = live(await f.ask('And?', { conversation: 'conv_2', at: other.turns }));
    const reading = read(await follow(other.turns, lost.messageId));
    // Only the other one is seen from now on.
    f.now += 60_000;
    await other.store.servers.beat(f.now);
    const interrupted = await Promise.all(
      [other.store, other.store].map((store) => store.messages.interruptLost(f.now, 8_000)),
    );
    expect(interrupted.sort()).toEqual([0, 1]);
    expect((await reading).state).toMatchObject({ content: 'Half', status: 'failed', error: { code: 'interrupted' } });
    const next = live(await f.ask('Again?', { at: other.turns }));
    (await f.script(1)).say('Kept').done();
    expect((await read(kept)).state).toMatchObject({ content: 'Kept', status: 'complete' });
    (await f.script(2)).say('Next').done();
    expect((await read(next)).state).toMatchObject({ content: 'Next', status: 'complete' });
    // The dead one, should it only have slept, writes nothing more.
    (await f.script(0)).say(' more').done();
    expect((await read(lost)).state.status).toBe('failed');
    expect((await f.message(lost.messageId))?.content).toBe('Half');
  });
});
