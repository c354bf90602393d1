import type { Plan } from '../../protocol/limits.ts';
import type {
  ApiKeyKind,
  AssistantConfig,
  Attachment,
  AttachmentSettings,
  DocumentStatus,
  Feedback,
  MessageStatus,
  Metadata,
  Outcome,
  PageTool,
  Source,
  ToolCall,
  Usage,
  WidgetSettings,
} from '../../protocol/resources.ts';
import type { RateLimiter } from '../middleware/rate-limiter.ts';
import type { ReplayStore } from './replays.ts';
import type { Signals } from './signals.ts';
import type { UrlSourceStore } from './url-sources.ts';
import type { WebhookStore } from './webhooks.ts';

/**
 * Where everything durable lives. One interface, one contract suite (`contract.ts`), any number of engines.
 *
 * Rules every engine keeps:
 * - A promise that resolves means the write is on disk (SQLite: WAL with `synchronous=FULL`; PostgreSQL: as its
 *   `synchronous_commit` says, by default the same).
 * - Each call names its tenant: `Scope.accountId` is in every query, and with `Scope.visitorId` only that visitor's
 *   conversations exist. Another's id reads as `null`, exactly like an unknown id.
 * - Times are unix milliseconds and come from the caller, so tests own the clock.
 * - Lists are newest first unless said otherwise, and carry the total.
 */
export interface Store {
  readonly accounts: AccountStore;
  readonly keys: KeyStore;
  readonly assistants: AssistantStore;
  readonly knowledge: KnowledgeStore;
  readonly chunks: ChunkStore;
  readonly vectors: VectorStore;
  readonly sessions: VisitorSessionStore;
  readonly conversations: ConversationStore;
  readonly attachments: AttachmentStore;
  readonly messages: MessageStore;
  readonly idempotency: IdempotencyStore;
  readonly replays: ReplayStore;
  readonly jobs: JobStore;
  readonly urlSources: UrlSourceStore;
  readonly webhooks: WebhookStore;
  readonly settings: SettingStore;
  readonly servers: ServerStore;
  readonly signals: Signals;
  /** Counts requests where several processes share the counting; `null` where one process may count in memory. */
  readonly limiter: RateLimiter | null;
  /** Runs work while no other process runs work of that name. Not for work that calls it again. */
  exclusively<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
  readonly usage: UsageStore;
  /** Answers when the engine can read and write. For `/readyz`. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Whose objects a call may see. */
export interface Scope {
  readonly accountId: string;
  /** Present for a visitor token: narrows conversations and messages to that visitor. */
  readonly visitorId?: string;
}

export interface Window {
  readonly limit: number;
  readonly offset: number;
}
export interface Listed<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
}

// ---- accounts and credentials ----------------------------------------------------------------------------------

export interface AccountRow {
  readonly id: string;
  readonly name: string;
  readonly plan: Plan;
  readonly createdAt: number;
}
export interface AccountStore {
  create(row: AccountRow): Promise<void>;
  get(id: string): Promise<AccountRow | null>;
  /** Oldest first. */
  list(): Promise<readonly AccountRow[]>;
  update(id: string, change: Partial<Pick<AccountRow, 'name' | 'plan'>>): Promise<AccountRow | null>;
}

export interface ApiKeyRow {
  readonly id: string;
  readonly accountId: string;
  readonly kind: ApiKeyKind;
  readonly name: string;
  /** SHA-256 of the whole credential, hex. Unique. */
  readonly hash: string;
  readonly hint: string;
  /** The credential itself, for publishable keys only: they are public by nature and must be shown again. */
  readonly publicKey: string | null;
  readonly test: boolean;
  readonly origins: readonly string[];
  readonly assistantIds: readonly string[];
  readonly scopes: readonly string[];
  readonly allowNative: boolean;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  /** Addresses and networks that may use a secret or restricted key (`192.0.2.7`, `10.0.0.0/8`); empty: any. */
  readonly addresses: readonly string[];
  /** Visitors' messages a day through a publishable key; `null`: the server's default. */
  readonly messagesPerDay: number | null;
  /** The key that took this one's place; this one lives on until `expiresAt`. */
  readonly rotatedTo: string | null;
}
export interface KeyStore {
  create(row: ApiKeyRow): Promise<void>;
  /** The only look-up without a tenant: it is what finds the tenant. Revoked and expired keys are found too. */
  findByHash(hash: string): Promise<ApiKeyRow | null>;
  get(scope: Scope, id: string): Promise<ApiKeyRow | null>;
  list(scope: Scope, window: Window): Promise<Listed<ApiKeyRow>>;
  update(
    scope: Scope,
    id: string,
    change: Partial<
      Pick<
        ApiKeyRow,
        | 'name'
        | 'origins'
        | 'assistantIds'
        | 'scopes'
        | 'expiresAt'
        | 'revokedAt'
        | 'addresses'
        | 'messagesPerDay'
        | 'rotatedTo'
      >
    >,
  ): Promise<ApiKeyRow | null>;
  /**
   * Stores `next` and notes on the old key that it was rotated to it and ends at `expiresAt`, in one transaction. The
   * old key's visitor sessions go over to the new one. `false`, and nothing stored, when the old key was revoked or
   * rotated already.
   */
  rotate(scope: Scope, id: string, next: ApiKeyRow, expiresAt: number): Promise<boolean>;
}

export interface VisitorSessionRow {
  readonly id: string;
  readonly accountId: string;
  readonly assistantId: string;
  readonly visitorId: string;
  /** Who the visitor is, as the site's server proved it; `null`: nobody knows. */
  readonly userId: string | null;
  readonly keyId: string;
  readonly origin: string | null;
  /** SHA-256 of the token, hex. Unique. */
  readonly hash: string;
  readonly createdAt: number;
  readonly lastUsedAt: number;
  /** Absolute end; the idle end is counted from `lastUsedAt` by the authoriser. */
  readonly expiresAt: number;
  readonly revokedAt: number | null;
}
export interface VisitorSessionStore {
  create(row: VisitorSessionRow): Promise<void>;
  findByHash(hash: string): Promise<VisitorSessionRow | null>;
  /** Moves `lastUsedAt` forward. The authoriser calls it at most once an hour per session. */
  touch(id: string, lastUsedAt: number): Promise<void>;
  /**
   * Stores a session of a visitor who is known now. `anonymous`, a live session of the same account and assistant that
   * names nobody, ends, and what it began (conversations, idempotency records) is the known visitor's, in one
   * transaction: so once only.
   */
  identify(row: VisitorSessionRow, anonymous: Pick<VisitorSessionRow, 'id' | 'visitorId'> | null): Promise<void>;
  /** Deletes all of a visitor: sessions, conversations with their messages and what webhooks were to hear of them. */
  forget(scope: Required<Scope>): Promise<void>;
}

// ---- assistants --------------------------------------------------------------------------------------------------

export interface AssistantRow {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  readonly description: string;
  readonly model: string;
  readonly systemPrompt: string;
  readonly knowledgeBaseId: string | null;
  readonly category: string | null;
  readonly config: AssistantConfig;
  readonly widget: WidgetSettings;
  /** Conversations are deleted this many days after their last word; `null`: kept. */
  readonly retentionDays: number | null;
  readonly identity: IdentitySettingsRow | null;
  /** `null`: visitors attach nothing. */
  readonly attachments: AttachmentSettings | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}
/** How a visitor of an assistant proves who they are. */
export interface IdentitySettingsRow {
  readonly algorithm: 'HS256' | 'EdDSA' | 'ES256';
  readonly required: boolean;
  readonly issuer: string | null;
  /** Where the public keys are; for `EdDSA` and `ES256`. */
  readonly jwksUrl: string | null;
  /** For `HS256`: sealed (`secret-box.ts`), newest first; all but the first count until their time only. */
  readonly secrets: readonly { readonly sealed: string; readonly until: number | null }[];
}
export interface AssistantStore {
  create(row: AssistantRow): Promise<void>;
  get(scope: Scope, id: string): Promise<AssistantRow | null>;
  list(scope: Scope, window: Window & { readonly category?: string }): Promise<Listed<AssistantRow>>;
  update(
    scope: Scope,
    id: string,
    change: Partial<Omit<AssistantRow, 'id' | 'accountId' | 'createdAt'>>,
  ): Promise<AssistantRow | null>;
  /** Deletes the assistant and its conversations. */
  delete(scope: Scope, id: string): Promise<boolean>;
}

// ---- knowledge ---------------------------------------------------------------------------------------------------

export interface KnowledgeBaseRow {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  readonly description: string;
  readonly createdAt: number;
}
export interface DocumentRow {
  readonly id: string;
  readonly accountId: string;
  readonly knowledgeBaseId: string;
  /** What "the same document" means on a second ingest: the URL, or the file's path or name. Unique per knowledge base. */
  readonly key: string;
  readonly title: string;
  readonly url: string;
  readonly filename: string | null;
  readonly mediaType: string;
  readonly bytes: number;
  readonly contentHash: string;
  readonly status: DocumentStatus;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly chunkCount: number;
  readonly metadata: Metadata;
  readonly createdAt: number;
  readonly updatedAt: number;
}
export interface KnowledgeStore {
  createBase(row: KnowledgeBaseRow): Promise<void>;
  getBase(scope: Scope, id: string): Promise<(KnowledgeBaseRow & { readonly documentCount: number }) | null>;
  listBases(scope: Scope, window: Window): Promise<Listed<KnowledgeBaseRow & { readonly documentCount: number }>>;
  /** Documents of the base that are `ready`. */
  countReady(scope: Scope, knowledgeBaseId: string): Promise<number>;
  /** Deletes the base, its documents and chunks; assistants that used it have none. */
  deleteBase(scope: Scope, id: string): Promise<boolean>;

  /** Inserts, or replaces the document with the same `key` keeping its id and `createdAt`. Gives the row as stored. */
  putDocument(row: DocumentRow): Promise<DocumentRow>;
  /**
   * `putDocument` and `jobs.put` in one transaction, so that a document is never queued without the work. The job's id
   * is `document:<id>` and its payload gains `documentId`, both of the document as stored.
   */
  queueDocument(row: DocumentRow, job: Omit<NewJob, 'id'>): Promise<DocumentRow>;
  findDocument(scope: Scope, knowledgeBaseId: string, key: string): Promise<DocumentRow | null>;
  getDocument(scope: Scope, knowledgeBaseId: string, id: string): Promise<DocumentRow | null>;
  listDocuments(scope: Scope, knowledgeBaseId: string, window: Window): Promise<Listed<DocumentRow>>;
  updateDocument(
    scope: Scope,
    id: string,
    change: Partial<Omit<DocumentRow, 'id' | 'accountId' | 'knowledgeBaseId' | 'key' | 'createdAt'>>,
  ): Promise<void>;
  /** Deletes the document and its chunks: it is out of every answer from here on. */
  deleteDocument(scope: Scope, knowledgeBaseId: string, id: string): Promise<boolean>;
}

/** A heading-aware piece of a document: the unit of retrieval and of citation. */
export interface ChunkRow {
  readonly id: string;
  readonly documentId: string;
  /** Position in the document, from 0. */
  readonly ordinal: number;
  readonly title: string;
  /** Headings above the text, outermost first, joined with " › ". */
  readonly heading: string;
  readonly text: string;
  /** The document's URL with the fragment that opens this chunk (`#section`, `#page=7`), or empty. */
  readonly url: string;
}
/** A chunk to store. */
export type NewChunk = Omit<ChunkRow, 'documentId'>;
/** A chunk with its BM25 score: higher is better, not bounded, comparable within one answer only. */
export interface ChunkHit extends ChunkRow {
  readonly score: number;
}
export interface ChunkStore {
  /**
   * Replaces all chunks of a document and sets its `chunkCount` and status `ready`, in one transaction. The engine
   * indexes title, heading and text as the terms `tokenize` (src/server/retrieve/tokenize.ts) gives for each, joined by
   * spaces, and cuts its index at white space only: so index and question always agree, in every engine.
   */
  replace(
    scope: Scope,
    knowledgeBaseId: string,
    documentId: string,
    chunks: readonly NewChunk[],
    now: number,
  ): Promise<void>;
  /**
   * Chunks that hold at least one of the terms, best first. Not only of `ready` documents: while a new version is
   * queued, read or has failed, the chunks of the last good one still answer.
   *
   * @param terms as `tokenize` gives them; the engine quotes them, so no term can be read as query syntax
   */
  search(scope: Scope, knowledgeBaseId: string, terms: readonly string[], limit: number): Promise<readonly ChunkHit[]>;
  /**
   * How many chunks of the base hold each term, and how many chunks there are: what inverse document frequency needs.
   */
  frequencies(
    scope: Scope,
    knowledgeBaseId: string,
    terms: readonly string[],
  ): Promise<{ readonly total: number; readonly counts: ReadonlyMap<string, number> }>;
  /** The headings of a document, each once, in its order, without empty ones. */
  headings(scope: Scope, documentId: string): Promise<readonly string[]>;
}

/** What made a vector. Vectors of another model, or of another dimension, are not comparable and count as missing. */
export interface VectorModel {
  readonly name: string;
  /** Numbers in a vector. */
  readonly dimension: number;
}
/** Embeddings of chunks, one a chunk: float32, of any length that float32 can square. Gone with its chunk. */
export interface VectorStore {
  /**
   * Stores the vectors of chunks of this base, in place of those of another model. Chunks that are gone, or are another
   * base's, are passed over. A vector of zeros is near nothing: it marks a chunk that cannot be embedded.
   */
  put(
    scope: Scope,
    knowledgeBaseId: string,
    model: VectorModel,
    vectors: readonly { readonly chunkId: string; readonly vector: Float32Array }[],
  ): Promise<void>;
  /** Chunks of the base that have no vector of this model, at most `limit`. */
  missing(scope: Scope, knowledgeBaseId: string, model: VectorModel, limit: number): Promise<readonly ChunkRow[]>;
  /** Bases, of every account, that have such chunks. */
  incomplete(model: VectorModel): Promise<readonly { readonly accountId: string; readonly knowledgeBaseId: string }[]>;
  /**
   * The chunks whose vectors of this model point most nearly where this one does, best first; `score` is the cosine,
   * −1 to 1. Exact, or as good as exact. Does not block the event loop for longer than a few milliseconds.
   *
   * @param model the name; the dimension is that of the vector
   */
  nearest(
    scope: Scope,
    knowledgeBaseId: string,
    model: string,
    vector: Float32Array,
    limit: number,
  ): Promise<readonly ChunkHit[]>;
}

// ---- conversations -----------------------------------------------------------------------------------------------

export interface ConversationRow {
  readonly id: string;
  readonly accountId: string;
  readonly assistantId: string;
  readonly visitorId: string | null;
  readonly userId: string | null;
  /** Of the first question; `null` before it. */
  readonly title: string | null;
  readonly metadata: Metadata;
  readonly createdAt: number;
  readonly lastMessageAt: number | null;
  readonly endedAt: number | null;
}
export interface ConversationStore {
  create(row: ConversationRow): Promise<void>;
  get(scope: Scope, id: string): Promise<ConversationRow | null>;
  list(
    scope: Scope,
    window: Window & { readonly assistantId?: string; readonly userId?: string },
  ): Promise<Listed<ConversationRow>>;
  /** Sets `endedAt` if it was open. Gives the row as it is now. */
  end(scope: Scope, id: string, now: number): Promise<ConversationRow | null>;
  /**
   * Ends open conversations, of every account, in which nothing was said since `before`, oldest first, at most `limit`;
   * one whose answer is being written is not idle. Gives the rows it ended.
   */
  endIdle(before: number, now: number, limit: number): Promise<readonly ConversationRow[]>;
  /** Deletes it with its messages and what webhooks were to hear of it. */
  delete(scope: Scope, id: string): Promise<boolean>;
  /**
   * Deletes conversations, of every account, whose last word is older than their assistant keeps them, at most `limit`.
   * Gives how many.
   */
  deleteExpired(now: number, limit: number): Promise<number>;
  /** Conversations of the account created at or after `since`: what the daily plan limit counts. */
  countSince(accountId: string, since: number): Promise<number>;
}

export interface MessageRow {
  readonly id: string;
  readonly accountId: string;
  readonly conversationId: string;
  /** Position in the conversation, from 0. Questions and answers alternate. */
  readonly ordinal: number;
  readonly role: 'user' | 'assistant';
  readonly content: string;
  readonly status: MessageStatus;
  readonly metadata: Metadata;
  readonly sources: readonly Source[];
  readonly outcome: Outcome | null;
  readonly usage: Usage | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly truncated: boolean;
  readonly feedback: Feedback | null;
  /** The process that writes it, or did ({@link ServerStore.id}); `null` for a question. */
  readonly writer: string | null;
  /** The text replaces that of an earlier attempt. */
  readonly rewritten: boolean;
  /** Questions to go on with. */
  readonly followUps: readonly string[];
  /** What the page offered the model, and what the model asked of it; `null` when it offered nothing. */
  readonly tools: MessageToolsRow | null;
  /** Files of a question. */
  readonly attachments: readonly Attachment[];
  readonly createdAt: number;
  readonly updatedAt: number;
}
export interface MessageToolsRow {
  readonly offered: readonly PageTool[];
  readonly calls: readonly ToolCallRow[];
}
export interface ToolCallRow extends ToolCall {
  /** Position in the answer's text at which it was asked. */
  readonly at: number;
  /** The how-manieth time, from 0, that the answer asked the page. */
  readonly round: number;
}
/** How an answer ended. */
export interface AnswerEnd {
  readonly status: Exclude<MessageStatus, 'streaming'>;
  readonly sources: readonly Source[];
  readonly outcome: Outcome | null;
  readonly usage: Usage | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly truncated: boolean;
  /** Absent: none. */
  readonly followUps?: readonly string[];
  /** Of an answer that waits for the page: all calls so far. Else absent. */
  readonly calls?: readonly ToolCallRow[];
}
export interface MessageStore {
  /**
   * Opens a turn: stores the question (`complete`) and the empty answer (`streaming`) and, when given, the idempotency
   * record that names them, in one transaction. Gives `busy` and stores nothing when the conversation's last answer is
   * still `streaming`, or when the idempotency key was taken meanwhile (look it up again); ordinals are assigned here.
   * The first question gives the conversation its title. With `replaces`, that question and everything after it go
   * first; `gone`, and nothing stored, when there is no such question; `unattached`, and nothing stored, when one of
   * `attachments` is no file of the conversation that is free (those of the replaced question are). Throws when the conversation is not in scope.
   */
  openTurn(turn: {
    readonly scope: Scope;
    readonly conversationId: string;
    readonly question: Pick<MessageRow, 'id' | 'content' | 'metadata'>;
    readonly answerId: string;
    readonly idempotency: IdempotencyRow | null;
    /** Id of the question this one takes the place of. */
    readonly replaces?: string | null;
    /** What the page offers the model. */
    readonly tools?: readonly PageTool[];
    /** Ids of the question's files. */
    readonly attachments?: readonly string[];
    readonly now: number;
  }): Promise<{ readonly question: MessageRow; readonly answer: MessageRow } | 'busy' | 'gone' | 'unattached'>;
  get(scope: Scope, conversationId: string, id: string): Promise<MessageRow | null>;
  /** Oldest first. */
  list(scope: Scope, conversationId: string, window: Window): Promise<Listed<MessageRow>>;
  /** The last `limit` messages before ordinal `before` (default: all), oldest first. */
  tail(scope: Scope, conversationId: string, limit: number, before?: number): Promise<readonly MessageRow[]>;
  /**
   * Appends to a `streaming` answer. `at` is the length it must have, in UTF-16 code units, else the call throws: a
   * second writer is noticed, not mixed in. `text` must not begin or end inside a surrogate pair.
   */
  append(accountId: string, id: string, at: number, text: string, now: number): Promise<void>;
  /**
   * Sets what a `streaming` answer rests on so far, before the text that cites it: an answer that breaks off keeps its
   * citations. Does nothing to one that has ended.
   */
  cite(accountId: string, id: string, sources: readonly Source[]): Promise<void>;
  /** Ends a `streaming` answer; does nothing to one that has ended. */
  finish(accountId: string, id: string, end: AnswerEnd, now: number): Promise<void>;
  /**
   * Empties an answer that has ended and makes it `streaming` again. `null` when it is not the conversation's last
   * message or is streaming.
   */
  reopen(scope: Scope, conversationId: string, id: string, now: number): Promise<MessageRow | null>;
  /**
   * Makes an answer that waits for the page (`awaiting_tool`) `streaming` again, with these calls. `null` when it does
   * not wait, or is not the conversation's last message.
   */
  proceed(
    scope: Scope,
    conversationId: string,
    id: string,
    calls: readonly ToolCallRow[],
    now: number,
  ): Promise<MessageRow | null>;
  setFeedback(
    scope: Scope,
    conversationId: string,
    id: string,
    feedback: Feedback,
    now: number,
  ): Promise<MessageRow | null>;
  /** Every `streaming` answer becomes `interrupted`: for the start of the only process there is. Gives how many. */
  interruptAll(now: number): Promise<number>;
  /**
   * The same for answers whose writer was not seen within `seenMs` of `now`, before or after: one that was seen later than
   * now died before the clock was put back. Gives how many.
   */
  interruptLost(now: number, seenMs: number): Promise<number>;
}

/** A file that was attached: what was read from it. */
export interface AttachmentRow {
  readonly id: string;
  readonly accountId: string;
  readonly conversationId: string;
  /** The question it belongs to; `null`: none names it yet. */
  readonly messageId: string | null;
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly chunks: readonly { readonly heading: string; readonly text: string }[];
  readonly truncated: boolean;
  readonly createdAt: number;
}
export interface AttachmentStore {
  /** `gone`: no such conversation in the scope; `full`: it has `most` already. */
  add(scope: Scope, row: Omit<AttachmentRow, 'messageId'>, most: number): Promise<'added' | 'gone' | 'full'>;
  /** Deletes one that no question names yet. */
  delete(scope: Scope, conversationId: string, id: string): Promise<boolean>;
  /** All of a conversation, oldest first. */
  list(scope: Scope, conversationId: string): Promise<readonly AttachmentRow[]>;
  /** Those of questions up to that ordinal, the latest question's first. */
  said(scope: Scope, conversationId: string, upTo: number): Promise<readonly AttachmentRow[]>;
}

export interface IdempotencyRow {
  /** The credential's owner: visitor id or key id. A key means nothing to another caller. */
  readonly owner: string;
  readonly key: string;
  /** SHA-256 of method, path and body, hex. */
  readonly requestHash: string;
  readonly conversationId: string;
  readonly messageId: string;
  readonly createdAt: number;
}
export interface IdempotencyStore {
  get(owner: string, key: string): Promise<IdempotencyRow | null>;
  /** Forgets records made before `before`. */
  prune(before: number): Promise<void>;
}

/** Work that must happen although the process may die: a file to read, a page to fetch again, an event to deliver. */
export interface JobRow {
  /** What the work is about, e.g. `document:<id>`: putting it again replaces what was waiting. */
  readonly id: string;
  readonly accountId: string;
  readonly kind: string;
  readonly payload: Metadata;
  /** The uploaded file, kept until it is read. */
  readonly bytes: Uint8Array | null;
  /** Not before this time. */
  readonly runAt: number;
  /** How often it was begun, this time included. */
  readonly attempts: number;
  /** Until when it belongs to the worker that leased it; afterwards anybody may. Also the name of the lease. */
  readonly leaseUntil: number | null;
  readonly createdAt: number;
}
export interface NewJob extends Omit<JobRow, 'attempts' | 'leaseUntil'> {
  /** Already leased until then, as the first attempt, by whoever puts it; default: free. */
  readonly leaseUntil?: number;
}
/**
 * No lease is given for longer. One that ends later was given before the clock was put back, and whoever held it has died
 * since (it renews within seconds): it counts as run out. Clocks of machines that lease must differ by less.
 */
export const LONGEST_LEASE_MS = 60_000;

export interface JobStore {
  /** Adds a job, or replaces the one with its id; a worker that holds the old one then holds nothing. */
  put(job: NewJob): Promise<void>;
  /** Leases the job of these kinds that has waited longest; `null` when none is due. */
  lease(kinds: readonly string[], now: number, leaseUntil: number): Promise<JobRow | null>;
  /** Extends a lease and gives the job under its new one; `null` when it is no longer held. */
  renew(job: JobRow, leaseUntil: number): Promise<JobRow | null>;
  /** Done: forgets the job, if the lease is still held. */
  finish(job: JobRow): Promise<void>;
  /** Gives the job back for a later time, with another payload if given, if the lease is still held. */
  reschedule(job: JobRow, runAt: number, payload?: Metadata): Promise<void>;
  /** When the next job of these kinds can be leased; `null` when there is none. */
  nextAt(kinds: readonly string[]): Promise<number | null>;
  delete(accountId: string, id: string): Promise<void>;
}

/** A bound on the uses of something in a window of time. */
export interface UsageCap {
  readonly name: string;
  /** Unix milliseconds. */
  readonly windowStart: number;
  readonly limit: number;
}

/** How much of something was used in a window of time: what caps a day must know after a restart and in every process. */
export interface UsageStore {
  /**
   * Uses `amount` if the total of the window stays within `limit`. Gives the total, and whether it was used.
   *
   * @param windowStart unix milliseconds at which the window began
   */
  take(
    name: string,
    windowStart: number,
    amount: number,
    limit: number,
  ): Promise<{ readonly used: number; readonly taken: boolean }>;
  /**
   * Uses one of each, or none: in one transaction, so that a question waits for the disk once however many caps it has.
   * Give them in the same order always. Gives the first that has no room, or `null`.
   */
  takeEach<Cap extends UsageCap>(caps: readonly Cap[]): Promise<Cap | null>;
  get(name: string, windowStart: number): Promise<number>;
  /** Forgets windows that began before `before`. */
  prune(before: number): Promise<void>;
}

/** Small named values of the installation: signing secret, ids of the demo objects. */
export interface SettingStore {
  get(name: string): Promise<string | null>;
  set(name: string, value: string): Promise<void>;
}

/** The processes that share the data. Each opened store is one, under an id of its own. */
export interface ServerStore {
  /** Of this process. Answers that it opens carry it as their `writer`. */
  readonly id: string;
  /** The clock all of them go by, unix milliseconds: the database's where there are several machines. */
  now(): Promise<number>;
  /** Says that this process lives. */
  beat(now: number): Promise<void>;
  /** Forgets this process, and those not seen since `before`. */
  leave(before: number): Promise<void>;
}
