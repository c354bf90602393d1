import type { AnswerState } from '../protocol/answer-state.ts';
import type { Feedback, Outcome, Source } from '../protocol/resources.ts';
import type { EVENTS } from './names.ts';

/** What `assisters:message` tells: a question that was asked, or an answer that ended, however it ended. */
export type ChatMessage =
  | { readonly role: 'user'; readonly content: string }
  | {
      readonly role: 'assistant';
      /** `null` when the server never took the question. */
      readonly id: string | null;
      /** Markdown. */
      readonly content: string;
      readonly status: AnswerState['status'];
      readonly sources: readonly Source[];
      readonly outcome: Outcome | null;
    };

type Nothing = Readonly<Record<never, never>>;

/** `detail` of each event, by its short name. Plain data. */
export type EventDetails = {
  readonly ready: Nothing;
  readonly open: Nothing;
  readonly close: Nothing;
  readonly message: { readonly message: ChatMessage };
  readonly responseStart: Nothing;
  readonly responseEnd: { readonly status: AnswerState['status'] };
  readonly sourceClick: { readonly source: Source };
  /** Told at the rating, and once more when the visitor has said why. */
  readonly feedback: { readonly [Key in keyof Feedback]: Feedback[Key] } & { readonly message_id: string };
  /** Answers that ended behind a closed panel. */
  readonly unread: { readonly count: number };
  readonly consent: { readonly granted: boolean };
  /** The message of a rule, by its `id`. */
  readonly proactive: { readonly id: string; readonly action: 'shown' | 'dismissed' | 'accepted' };
  /** `code` is of the wire's table, or `connection`. */
  readonly error: { readonly code: string; readonly message: string };
};

/** The events by their full name, as `addEventListener` gives them. */
export type ChatEventMap = {
  [Name in keyof typeof EVENTS as (typeof EVENTS)[Name]]: CustomEvent<EventDetails[Name]>;
};
