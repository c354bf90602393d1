import { isDeepStrictEqual } from 'node:util';
import { LIMITS } from '../../protocol/limits.ts';
import type { Metadata, PageTool, Source, ToolResult } from '../../protocol/resources.ts';
import type { AnswerPart } from '../answer/answerer.ts';
import type {
  AssistantRow,
  ConversationRow,
  IdempotencyRow,
  MessageRow,
  Scope,
  Store,
  ToolCallRow,
} from '../store/store.ts';
import type { Generation, HeldAnswer } from './generation.ts';
import type { Generations, Refusal } from './generations.ts';
import { KeyLock } from './key-lock.ts';
import { type LiveAnswer, storedAnswer } from './live-answer.ts';
import { Neighbours } from './neighbours.ts';

/** A conversation ends by itself after this long without a word, milliseconds. */
export const IDLE_END_MS = 24 * 60 * 60 * 1000;

/** A turn to answer: who asked what, of whom, after which messages. */
export interface Turn {
  readonly scope: Scope;
  readonly assistant: AssistantRow;
  readonly conversationId: string;
  readonly question: { readonly content: string; readonly metadata: Metadata };
  /** Messages from this ordinal on are not history. */
  readonly ordinal: number;
  /** What the page offered the model, and what came of it so far. */
  readonly page?: PageTurn | null;
}

/** An answer's dealings with the page. */
export interface PageTurn {
  readonly offered: readonly PageTool[];
  /** Calls so far, each with its result, and where in the text they were made. */
  readonly calls: readonly ToolCallRow[];
  /** The answer so far: text and what it rests on. */
  readonly text: string;
  readonly sources: readonly Source[];
}

/** Makes an answer's parts: retrieval and an answerer behind one function. */
export type Compose = (turn: Turn, signal: AbortSignal) => AsyncIterable<AnswerPart>;

export interface TurnsParts {
  readonly store: Pick<Store, 'messages' | 'idempotency' | 'conversations' | 'servers' | 'signals'>;
  readonly generations: Generations;
  readonly compose: Compose;
  /** A new message id. */
  readonly newId: () => string;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** Where something is asked, and by whom. */
export type Place = Pick<Ask, 'scope' | 'assistant' | 'conversation' | 'client'>;

export interface Ask {
  readonly scope: Scope;
  readonly assistant: AssistantRow;
  readonly conversation: ConversationRow;
  readonly content: string;
  readonly metadata: Metadata;
  /** Id of the question that this one takes the place of; it and all after it go. */
  readonly replaces?: string | null;
  /** What the page offers the model. */
  readonly tools?: readonly PageTool[];
  /** Ids of the question's files. */
  readonly attachments?: readonly string[];
  readonly idempotency: Pick<IdempotencyRow, 'owner' | 'key' | 'requestHash'> | null;
  /** Who is counted for the cap per client; `null` is not counted. */
  readonly client: string | null;
}

/**
 * Why there is no answer to read: `busy` the conversation's last answer is still being written; `ended` the
 * conversation has ended; `mismatch` the idempotency key belongs to another body; `not_last` only the last answer can be
 * written again; `unattached` a named file is none that is free;
 * `not_waiting` the answer waits for no results, or for others; `gone` no such message (any more).
 */
export type NoAnswer = Refusal | 'busy' | 'ended' | 'mismatch' | 'not_last' | 'not_waiting' | 'unattached' | 'gone';

/** What the page gave for one call. */
export interface GivenResult {
  readonly id: string;
  readonly result: ToolResult;
}

/**
 * The life of turns: ask, follow, stop, write again. Every question is stored with its answer's row in one
 * transaction before the answer begins; the answer then belongs to the server, and callers only read it.
 */
export class Turns {
  readonly #parts: TurnsParts;
  readonly #lock = new KeyLock();
  readonly #neighbours: Neighbours;

  constructor(parts: TurnsParts) {
    this.#parts = parts;
    this.#neighbours = new Neighbours(parts.store.signals, parts.generations);
  }

  /**
   * Asks. With an idempotency key, the second call with the same request gives the first call's answer: running,
   * finished, or, if it failed or was interrupted, written again.
   */
  async ask(ask: Ask): Promise<LiveAnswer | NoAnswer> {
    const { idempotency } = ask;
    if (!idempotency) return this.#open(ask);
    return this.#lock.run(`${idempotency.owner} ${idempotency.key}`, async () => {
      const known = await this.#known(ask);
      if (known) return known;
      const opened = await this.#open(ask);
      // Another server process may have stored the same key between our look and our write.
      return opened === 'busy' ? ((await this.#known(ask)) ?? opened) : opened;
    });
  }

  /** The answer to read, running or stored. `gone` for what is not an answer in the scope. */
  async follow(scope: Scope, conversationId: string, messageId: string): Promise<LiveAnswer | 'gone'> {
    const row = await this.#settled(scope, conversationId, messageId);
    return row ? this.#answerOf(scope, row) : 'gone';
  }

  /** Stops the answer and gives its row; one that has ended is given as it is. */
  async stop(scope: Scope, conversationId: string, messageId: string): Promise<MessageRow | 'gone'> {
    const row = await this.#settled(scope, conversationId, messageId);
    if (!row) return 'gone';
    if (row.status !== 'streaming') return row;
    const running = this.#parts.generations.get(messageId);
    if (running) await running.cancel('stopped');
    else await this.#neighbours.stop(await this.#answerOf(scope, row));
    return (await this.#parts.store.messages.get(scope, conversationId, messageId)) ?? 'gone';
  }

  /**
   * Writes the conversation's last answer again, in its place. One that is being written again already is given as it
   * is: the caller may not have heard our first word.
   */
  async retry(ask: Place, messageId: string): Promise<LiveAnswer | NoAnswer> {
    const { scope, conversation } = ask;
    const row = await this.#settled(scope, conversation.id, messageId);
    if (!row) return 'gone';
    if (row.status === 'streaming') {
      const running = await this.#answerOf(scope, row);
      return running.rewritten ? running : 'busy';
    }
    if (conversation.endedAt !== null) return 'ended';
    return this.#rewrite(ask, row);
  }

  /** Answers that are being written here. */
  get running(): number {
    return this.#parts.generations.size;
  }

  /**
   * Goes on with an answer that waits for the page. Results must be there for exactly the calls that wait. The same ones
   * again give the answer as it is: the caller may not have heard our first word.
   */
  async proceed(ask: Place, messageId: string, given: readonly GivenResult[]): Promise<LiveAnswer | NoAnswer> {
    const { scope, conversation } = ask;
    const { store, generations, now } = this.#parts;
    const row = await this.#settled(scope, conversation.id, messageId);
    if (!row) return 'gone';
    const resultOf = new Map(given.map(({ id, result }) => [id, result]));
    const calls = row.tools?.calls ?? [];
    const known = calls.filter(({ id }) => resultOf.has(id));
    if (known.length !== resultOf.size || known.length === 0) return 'not_waiting';
    if (known.every(({ id, result }) => result !== null && isDeepStrictEqual(result, resultOf.get(id)))) {
      return generations.get(row.id) ?? storedAnswer(row, await this.#questionId(scope, row));
    }
    const waiting = calls.filter(({ result }) => result === null);
    if (
      row.status !== 'awaiting_tool' ||
      waiting.length !== known.length ||
      known.some(({ result }) => result !== null)
    ) {
      return 'not_waiting';
    }
    if (conversation.endedAt !== null) return 'ended';
    const answered = calls.map((call) => ({ ...call, result: call.result ?? resultOf.get(call.id)! }));
    const question = await this.#question(scope, row);
    if (!question) return 'gone';
    const { offered } = row.tools!;
    const place = this.#reserve(
      ask,
      {
        answerId: row.id,
        questionId: question.id,
        rewritten: row.rewritten,
        content: question.content,
        held: { text: row.content, sources: row.sources, calls: answered, usage: row.usage },
      },
      (signal) =>
        this.#parts.compose(
          {
            ...ask,
            conversationId: conversation.id,
            question,
            ordinal: question.ordinal,
            page: { offered, calls: answered, text: row.content, sources: row.sources },
          },
          signal,
        ),
    );
    if (typeof place === 'string') return place;
    try {
      if (!(await store.messages.proceed(scope, conversation.id, row.id, answered, now()))) {
        place.release();
        return 'not_waiting';
      }
    } catch (error) {
      place.release();
      throw error;
    }
    place.generation.start();
    return place.generation;
  }

  /** Ends what is being written in a conversation that is about to be deleted. */
  async abandon(conversationId: string): Promise<void> {
    await Promise.all(this.#parts.generations.of(conversationId).map((generation) => generation.cancel('stopped')));
  }

  /** See {@link Generations.drain}. */
  drain(deadlineMs: number): Promise<void> {
    return this.#parts.generations.drain(deadlineMs);
  }

  /** Forgets idempotency records that are too old to count. For the job loop. */
  async prune(): Promise<void> {
    await this.#parts.store.idempotency.prune(this.#parts.now() - LIMITS.idempotencySeconds * 1000);
  }

  /** Ends conversations in which nothing was said for `IDLE_END_MS`, at most 500 a call. Gives them. For the job loop. */
  endIdle(): Promise<readonly ConversationRow[]> {
    const now = this.#parts.now();
    return this.#parts.store.conversations.endIdle(now - IDLE_END_MS, now, 500);
  }

  async #known(ask: Ask): Promise<LiveAnswer | NoAnswer | null> {
    const { store, now, generations } = this.#parts;
    const { owner, key, requestHash } = ask.idempotency!;
    const record = await store.idempotency.get(owner, key);
    if (!record) return null;
    if (record.createdAt <= now() - LIMITS.idempotencySeconds * 1000) {
      await this.prune();
      return null;
    }
    if (record.requestHash !== requestHash) return 'mismatch';
    const row = await this.#settled(ask.scope, record.conversationId, record.messageId);
    if (!row) return 'gone';
    const running = generations.get(row.id);
    if (running && !running.end) return running;
    if (row.status === 'failed' || row.status === 'interrupted') {
      const again = await this.#rewrite(ask, row);
      // The conversation has gone on since: what the answer became is the answer.
      if (again !== 'not_last') return again;
    }
    return this.#answerOf(ask.scope, row);
  }

  async #open(ask: Ask): Promise<LiveAnswer | NoAnswer> {
    if (ask.conversation.endedAt !== null) return 'ended';
    const { store, newId, now } = this.#parts;
    const { scope, conversation, content, metadata, tools = [], attachments = [] } = ask;
    const page = tools.length > 0 ? { offered: tools, calls: [], text: '', sources: [] } : null;
    const answerId = newId();
    const question = { id: newId(), content, metadata };
    // The question's ordinal is assigned with the turn; until then nothing is produced.
    let ordinal = 0;
    const place = this.#reserve(ask, { answerId, questionId: question.id, rewritten: false, content }, (signal) =>
      this.#parts.compose({ ...ask, conversationId: conversation.id, question, ordinal, page }, signal),
    );
    if (typeof place === 'string') return place;
    try {
      const turn = {
        scope,
        conversationId: conversation.id,
        question,
        answerId,
        replaces: ask.replaces ?? null,
        tools,
        attachments,
        idempotency: ask.idempotency && {
          ...ask.idempotency,
          conversationId: conversation.id,
          messageId: answerId,
          createdAt: now(),
        },
        now: now(),
      };
      let opened = await store.messages.openTurn(turn);
      if (opened === 'busy' && (await this.#healLast(scope, conversation.id))) {
        opened = await store.messages.openTurn(turn);
      }
      if (typeof opened === 'string') {
        place.release();
        return opened;
      }
      ordinal = opened.question.ordinal;
    } catch (error) {
      place.release();
      throw error;
    }
    place.generation.start();
    return place.generation;
  }

  async #rewrite(ask: Place, row: MessageRow): Promise<LiveAnswer | NoAnswer> {
    const { store, now } = this.#parts;
    const { scope, conversation } = ask;
    const question = await this.#question(scope, row);
    if (!question) return 'gone';
    const job = { answerId: row.id, questionId: question.id, rewritten: true, content: question.content };
    const running = this.#parts.generations.get(row.id);
    if (running && !running.end) return running;
    const place = this.#reserve(ask, job, (signal) =>
      this.#parts.compose(
        {
          scope,
          assistant: ask.assistant,
          conversationId: conversation.id,
          question,
          ordinal: question.ordinal,
          page: row.tools && { offered: row.tools.offered, calls: [], text: '', sources: [] },
        },
        signal,
      ),
    );
    if (typeof place === 'string') return place;
    try {
      if (!(await store.messages.reopen(scope, conversation.id, row.id, now()))) {
        place.release();
        return 'not_last';
      }
    } catch (error) {
      place.release();
      throw error;
    }
    place.generation.start();
    return place.generation;
  }

  #reserve(
    { scope, conversation, client }: Pick<Ask, 'scope' | 'conversation' | 'client'>,
    job: { answerId: string; questionId: string; rewritten: boolean; content: string; held?: HeldAnswer },
    produce: (signal: AbortSignal) => AsyncIterable<AnswerPart>,
  ): { generation: Generation; release: () => void } | Refusal {
    return this.#parts.generations.reserve(
      {
        accountId: scope.accountId,
        conversationId: conversation.id,
        messageId: job.answerId,
        userMessageId: job.questionId,
        rewritten: job.rewritten,
        question: job.content,
        held: job.held ?? null,
        produce,
      },
      client,
    );
  }

  /** What a row is read from: the generation here, the one elsewhere, or the row itself. */
  async #answerOf(scope: Scope, row: MessageRow): Promise<LiveAnswer> {
    const { store, generations } = this.#parts;
    const running = generations.get(row.id);
    if (running) return running;
    const questionId = await this.#questionId(scope, row);
    if (row.status !== 'streaming') return storedAnswer(row, questionId);
    return this.#neighbours.answer(row, questionId, () => store.messages.get(scope, row.conversationId, row.id));
  }

  /**
   * The answer's row. One that says `streaming` and is ours has its generation here: a row without one lost its writer
   * (its end could not be stored), so it is interrupted now, or its conversation could never go on. Another process's
   * is its own concern while it lives, and everybody's when it does not (`interruptLost`).
   */
  async #settled(scope: Scope, conversationId: string, messageId: string): Promise<MessageRow | null> {
    const { store, generations } = this.#parts;
    for (let look = 0; look < 3; look += 1) {
      const row = await store.messages.get(scope, conversationId, messageId);
      if (row?.role !== 'assistant') return null;
      if (row.status !== 'streaming' || generations.get(messageId) || row.writer !== store.servers.id) return row;
      // The generation may have ended between the two looks; then the row now says how. Else nobody writes it.
      if (look === 1) await this.#interrupt(scope, row);
    }
    return null;
  }

  /** True when the conversation's last answer had lost its writer and is settled now. */
  async #healLast(scope: Scope, conversationId: string): Promise<boolean> {
    const [last] = await this.#parts.store.messages.tail(scope, conversationId, 1);
    if (last?.status !== 'streaming' || this.#parts.generations.get(last.id)) return false;
    const settled = await this.#settled(scope, conversationId, last.id);
    return settled !== null && settled.status !== 'streaming';
  }

  async #interrupt(scope: Scope, row: MessageRow): Promise<void> {
    const { sources, outcome, usage, truncated, followUps } = row;
    const end = { status: 'interrupted', sources, outcome, usage, error: null, truncated, followUps } as const;
    await this.#parts.store.messages.finish(scope.accountId, row.id, end, this.#parts.now());
  }

  async #question(scope: Scope, answer: MessageRow): Promise<MessageRow | null> {
    const [question] = await this.#parts.store.messages.tail(scope, answer.conversationId, 1, answer.ordinal);
    return question ?? null;
  }

  async #questionId(scope: Scope, answer: MessageRow): Promise<string | null> {
    return (await this.#question(scope, answer))?.id ?? null;
  }
}
