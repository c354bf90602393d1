import { describe, expect, test } from 'vitest';
import { applyStreamEvent, WAITING_ANSWER } from '../../protocol/answer-state.ts';
import { stored } from '../testing/messages.ts';
import { type Action, reduce } from './reduce.ts';
import { type ChatState, INITIAL_STATE } from './state.ts';

const stateAfter = (...actions: Action[]): ChatState => actions.reduce(reduce, INITIAL_STATE);
const asked: Action = { type: 'asked', key: 'q', answerKey: 'a', content: 'Why?' };
const streaming = (content: string) => ({
  ...applyStreamEvent(WAITING_ANSWER, { type: 'start', message_id: 'msg_1' }, ''),
  content,
});
const says = (content: string): Action => ({ type: 'answer', answer: streaming(content) });
const ends = (content: string): Action => ({ type: 'answer', answer: { ...streaming(content), status: 'complete' } });

describe('a turn', () => {
  test('shows the question at once and keeps the answer apart while it is written', () => {
    const state = stateAfter(asked, says('Be'));
    expect(state.rows).toEqual([{ role: 'user', key: 'q', content: 'Why?', status: 'sent' }]);
    expect(state.live?.answer.content).toBe('Be');
    expect(state.draft).toBe('');
  });

  test('keeps the settled rows the same object while text arrives', () => {
    const first = stateAfter(asked, says('Be'));
    expect(reduce(first, says('Because')).rows).toBe(first.rows);
  });

  test('settles the answer under the key it was streamed with', () => {
    const state = stateAfter(asked, says('Be'), ends('Because.'));
    expect(state.live).toBeNull();
    expect(state.rows.at(-1)).toMatchObject({ key: 'a', role: 'assistant', answer: { content: 'Because.' } });
  });

  test('counts an answer that ends behind a closed panel as unread, until it is opened', () => {
    const closed = stateAfter(asked, says('Be'), ends('Because.'));
    expect(closed.unread).toBe(1);
    expect(reduce(closed, { type: 'opened' }).unread).toBe(0);
    expect(stateAfter({ type: 'opened' }, asked, ends('Because.')).unread).toBe(0);
  });

  test('leaves no empty answer when it is stopped before the first word', () => {
    const state = stateAfter(asked, { type: 'stopping' }, { type: 'stopped' });
    expect(state.rows.map((row) => row.role)).toEqual(['user']);
    expect(state.stopping).toBe(false);
  });

  test('keeps the text of an answer that failed, with the reason', () => {
    const error = { code: 'model_error', retryAtMs: null };
    const state = stateAfter(asked, says('Half'), { type: 'failed', error });
    expect(state.rows.at(-1)).toMatchObject({ error, answer: { status: 'failed', content: 'Half' } });
  });

  test('waits with a question while there is no line, and goes on when there is', () => {
    const waiting = stateAfter(asked, { type: 'queued' });
    expect(waiting.rows[0]).toMatchObject({ status: 'queued' });
    expect(waiting.offline).toBe(true);
    const back = reduce(waiting, says('Be'));
    expect(back.rows[0]).toMatchObject({ status: 'sent' });
    expect(back.offline).toBe(false);
  });

  test('takes a cut line for no end', () => {
    const state = stateAfter(asked, says('Be'));
    expect(reduce(state, { type: 'answer', answer: { ...streaming('Be'), status: 'interrupted' } })).toBe(state);
  });

  test('retries in the place of the last answer', () => {
    const failed = stateAfter(asked, says('Half'), { type: 'failed', error: { code: 'model_error', retryAtMs: null } });
    const again = reduce(failed, { type: 'retried', answerKey: 'b' });
    expect(again.rows.map((row) => row.role)).toEqual(['user']);
    expect(again.live).toMatchObject({ key: 'b', answer: { status: 'waiting', messageId: 'msg_1', content: '' } });
    expect(reduce(again, { type: 'retried', answerKey: 'c' })).toBe(again);
  });
});

describe('a stored conversation', () => {
  const page = (last: Partial<Parameters<typeof stored>[3]> = {}) => ({
    messages: [stored('msg_1', 'user', 'Why?'), stored('msg_2', 'assistant', 'Bec', last)],
    offset: 40,
    total: 42,
  });

  test('is put back, with what lies before it', () => {
    const state = stateAfter({ type: 'restored', conversationId: 'conv_1', page: page() });
    expect(state.rows.map((row) => row.key)).toEqual(['msg_1', 'msg_2']);
    expect(state).toMatchObject({ conversationId: 'conv_1', before: 40, live: null });
  });

  test('goes on with an answer that is still being written', () => {
    const state = stateAfter({ type: 'restored', conversationId: 'conv_1', page: page({ status: 'streaming' }) });
    expect(state.rows.map((row) => row.key)).toEqual(['msg_1']);
    expect(state.live).toMatchObject({ key: 'msg_2', answer: { messageId: 'msg_2', content: 'Bec', position: 3 } });
  });

  test('stands before what was asked while it loaded', () => {
    const state = stateAfter(asked, { type: 'restored', conversationId: 'conv_1', page: page() });
    expect(state.rows.map((row) => row.key)).toEqual(['msg_1', 'msg_2', 'q']);
    expect(state.live?.key).toBe('a');
  });

  test('ends before a question that was asked anew while it loaded', () => {
    const anew: Action = { type: 'asked', key: 'q', answerKey: 'a', content: 'How?', replaces: 'msg_1' };
    const state = stateAfter(anew, { type: 'restored', conversationId: 'conv_1', page: page() });
    expect(state.rows.map((row) => row.key)).toEqual(['q']);
  });

  test('takes older pages in front', () => {
    const state = stateAfter({ type: 'restored', conversationId: 'conv_1', page: page() }, { type: 'loading-older' });
    const older = { messages: [stored('msg_0', 'user', 'Before')], offset: 39, total: 42 };
    const next = reduce(state, { type: 'older', page: older, last: true });
    expect(next.rows.map((row) => row.key)).toEqual(['msg_0', 'msg_1', 'msg_2']);
    expect(next).toMatchObject({ before: 39, loadingOlder: false });
  });

  test('that is gone is said above the question that found out', () => {
    const state = stateAfter({ type: 'started', conversationId: 'conv_1' }, asked, {
      type: 'notice',
      notice: 'gone',
      key: 'n',
    });
    expect(state.rows.map((row) => row.key)).toEqual(['n', 'q']);
    expect(state.conversationId).toBeNull();
  });

  test('is forgotten without losing the panel, nor the draft while the visitor stays', () => {
    const state = stateAfter({ type: 'opened' }, { type: 'draft', value: 'half a th' }, asked, ends('Because.'));
    const next = reduce(reduce(state, { type: 'draft', value: 'next' }), { type: 'forgotten', draft: true });
    expect(next).toMatchObject({ open: true, draft: 'next', rows: [], live: null, conversationId: null });
    expect(reduce(next, { type: 'forgotten', draft: false }).draft).toBe('');
  });
});

describe('questions that wait for the line', () => {
  test('follow in order, each once; what is typed meanwhile stays', () => {
    const waits = (key: string) => ({ type: 'waits', key, content: key }) as const;
    let state = stateAfter(waits('a'), waits('b'), waits('a'), { type: 'draft', value: 'next' });
    expect(state.waiting.map(({ key, status }) => [key, status])).toEqual([
      ['a', 'queued'],
      ['b', 'queued'],
    ]);
    state = reduce(state, { type: 'asked', key: 'a', answerKey: 'a2', content: 'a' });
    expect(state).toMatchObject({ draft: 'next', waiting: [{ key: 'b' }], rows: [{ key: 'a', status: 'queued' }] });
    expect(reduce(state, waits('a'))).toBe(state);
  });

  test('one that had arrived is not shown twice when the history comes', () => {
    const page = {
      messages: [
        stored('m1', 'user', 'a', { metadata: { client_id: 'a' } }),
        stored('m2', 'assistant', 'A.'),
        stored('m3', 'user', 'b', { metadata: { client_id: 'b' } }),
      ],
      offset: 0,
      total: 3,
    };
    const state = stateAfter(
      { type: 'asked', key: 'b', answerKey: 'b2', content: 'b' },
      { type: 'waits', key: 'a', content: 'a' },
      { type: 'restored', conversationId: 'conv_1', page },
    );
    expect(state.rows.map(({ key }) => key)).toEqual(['a', 'm2', 'b']);
    expect(state.waiting).toEqual([]);
  });
});
