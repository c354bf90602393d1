import { type AnswerState, applyStreamEvent, isSettled, WAITING_ANSWER } from '../../protocol/answer-state.ts';
import type { Message, WidgetConfig } from '../../protocol/resources.ts';
import type { StreamEvent } from '../../protocol/stream-events.ts';
import { type ChatTransport, TransportError } from './transport.ts';

/** What happens in an answer: a stream event, a broken line, or a step the test lets go by resolving a promise. */
export type Step = StreamEvent | 'cut' | Promise<unknown>;

/** One scripted turn: its steps, or the refusal of the request. */
export type Script = readonly Step[] | TransportError;

export interface ScriptedOptions {
  readonly config?: WidgetConfig | TransportError;
  /** Turns by the question; the function may return another script at each try. */
  readonly answer: (question: string, attempt: number) => Script;
  /** Messages that are on the server already, oldest first, in conversation `conv_1`. `null`: it is gone. */
  readonly history?: readonly Message[] | null;
  /** Answers of other calls, by method and path. */
  readonly api?: (call: string, body: unknown) => unknown;
  /** Messages in a history page. */
  readonly pageSize?: number;
}

/** Every call a scripted transport got, in order, as `name` or `name:argument`. */
export interface ScriptedTransport extends ChatTransport {
  readonly calls: string[];
}

/**
 * A transport that plays scripts, for tests, demos and screenshots: the same states as over HTTP, and no network. A
 * stop ends the running script after its next step.
 */
export function createScriptedTransport(options: ScriptedOptions): ScriptedTransport {
  const { history = [], pageSize = 60 } = options;
  const calls: string[] = [];
  const attempts = new Map<string, number>();
  const questions = new Map<string, string>();
  let stopped = false;
  let count = 0;

  async function* play(question: string, held: string, messageId: string): AsyncGenerator<AnswerState> {
    const attempt = attempts.get(question) ?? 0;
    attempts.set(question, attempt + 1);
    const script = options.answer(question, attempt);
    if (script instanceof TransportError) throw script;
    stopped = false;
    let answer: AnswerState = { ...WAITING_ANSWER, content: held };
    answer = applyStreamEvent(
      answer,
      { type: 'start', message_id: messageId, user_message_id: `${messageId}_q`, offset: held.length },
      '',
    );
    yield answer;
    for (const step of script) {
      if (step === 'cut') throw new TransportError('connection', 'The line broke.');
      if (step instanceof Promise) await step;
      else if (!stopped) answer = applyStreamEvent(answer, step, '');
      if (stopped && !isSettled(answer)) answer = { ...answer, status: 'stopped' };
      yield answer;
      if (isSettled(answer)) return;
    }
  }

  return {
    calls,
    async config() {
      calls.push('config');
      if (options.config instanceof TransportError) throw options.config;
      return (
        options.config ?? {
          assistant: { id: 'ast_1', name: 'Assistant', description: '' },
          widget: {},
          document_count: 12,
          retention_days: null,
          identity: 'off',
          tools: false,
          attachments: { enabled: false, max_bytes: 0, types: [] },
        }
      );
    },
    async start(metadata) {
      calls.push(`start:${JSON.stringify(metadata)}`);
      return 'conv_1';
    },
    async history(_id, before) {
      calls.push(`history:${before}`);
      if (history === null) throw new TransportError('not_found', 'No such conversation.');
      const end = before ?? history.length;
      const offset = Math.max(0, end - pageSize);
      return { messages: history.slice(offset, end), offset, total: history.length };
    },
    send(_id, content, key, _signal, more) {
      calls.push(`send:${content}`);
      if (more?.tools || more?.replaces)
        calls.push(`with:${JSON.stringify({ tools: more.tools, replaces: more.replaces })}`);
      const messageId = `msg_${++count}`;
      questions.set(messageId, content);
      void key;
      return play(content, '', messageId);
    },
    resume(_id, messageId, held) {
      calls.push(`resume:${messageId}:${held.length}`);
      return play(questions.get(messageId) ?? messageId, held, messageId);
    },
    retry(_id, messageId) {
      calls.push(`retry:${messageId}`);
      return play(questions.get(messageId) ?? messageId, '', messageId);
    },
    toolResults(_id, messageId, results, held) {
      calls.push(`tool-results:${JSON.stringify(results)}`);
      return play(`results of ${questions.get(messageId) ?? messageId}`, held, messageId);
    },
    async stop(_id, messageId) {
      calls.push(`stop:${messageId}`);
      stopped = true;
    },
    async feedback(_id, messageId, { rating }) {
      calls.push(`feedback:${messageId}:${rating}`);
    },
    async end() {
      calls.push('end');
    },
    async api(method, path, body) {
      calls.push(`${method} ${path}`);
      return options.api?.(`${method} ${path}`, body);
    },
  };
}
