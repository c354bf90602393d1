/**
 * The objects of the API as they travel: snake_case, ISO 8601 times in UTC, ids with a prefix. Fields marked "ours" are
 * additions to the public reference; a reader must ignore fields it does not know.
 */

/** Caller-defined JSON object, at most `LIMITS.metadataBytes` of JSON. Stored and returned as it came. */
export type Metadata = { readonly [key: string]: unknown };

/** One page of a list. `total` counts all objects that match, not only this page. */
export type Page<Name extends string, Item> = { readonly [name in Name]: readonly Item[] } & {
  readonly total: number;
  readonly has_more: boolean;
};

export interface AssistantConfig {
  /** 0–2. Absent: the model's own default. */
  readonly temperature?: number;
  /** Longest answer in tokens. Absent: the model's own default. */
  readonly max_tokens?: number;
  readonly response_format?: 'markdown' | 'text';
}

/** How the widget presents this assistant (ours). Everything is optional; absent means the widget's default. */
export interface WidgetSettings {
  /** First words of an empty conversation. Plain text. */
  readonly greeting?: string;
  /** One quiet line under the name. */
  readonly subtitle?: string;
  /** Up to four suggested questions. */
  readonly prompts?: readonly string[];
  readonly placeholder?: string;
  /** CSS hex colour. */
  readonly accent?: string;
  /** https URL of a picture from an origin the site's policy allows; the initial is shown otherwise. */
  readonly avatar_url?: string;
  /** Where "not found" sends people: `https:` or `mailto:`. */
  readonly contact_url?: string;
}

export interface Assistant {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** `extractive` (built in) or a model name of the configured provider. */
  readonly model: string;
  /** Shown to secret keys only. */
  readonly system_prompt?: string;
  readonly knowledge_base_id: string | null;
  readonly category: string | null;
  readonly config: AssistantConfig;
  readonly widget: WidgetSettings;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface Conversation {
  readonly id: string;
  readonly assistant_id: string;
  readonly user_id: string | null;
  readonly metadata: Metadata;
  readonly messages: readonly Message[];
  readonly created_at: string;
  /** `null` while the conversation is open (ours). */
  readonly ended_at: string | null;
}

/**
 * Where a message stands (ours). A visitor's message is `complete` at once. An answer is
 * `streaming` → `complete` | `stopped` (asked to stop) | `interrupted` (the server went away) | `failed` (see `error`).
 */
export type MessageStatus = 'streaming' | 'complete' | 'stopped' | 'interrupted' | 'failed';

/** Whether the knowledge base held an answer (ours). */
export type Outcome = 'answered' | 'not_found';

export interface Message {
  readonly id: string;
  readonly conversation_id: string;
  readonly role: 'user' | 'assistant';
  /** Markdown for an answer, plain text for a question. Citations are `[n]`, n counted from 1 into `sources`. */
  readonly content: string;
  readonly status: MessageStatus;
  readonly timestamp: string;
  readonly metadata: Metadata;
  readonly sources: readonly Source[];
  readonly outcome: Outcome | null;
  readonly usage: Usage | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  /** The answer was longer than `LIMITS.answerChars` and was cut. */
  readonly truncated: boolean;
  readonly feedback: Feedback | null;
}

/** A passage an answer rests on. `sources[n - 1]` is what citation `[n]` points at. */
export interface Source {
  readonly title: string;
  /** Absolute http(s) URL, with a fragment where one is known; empty when the document has none. */
  readonly url: string;
  /** 0–1. */
  readonly relevance: number;
  /** The passage the answer used, plain text (ours). */
  readonly quote: string;
  /** Headings above the passage, outermost first, joined with " › " (ours). */
  readonly heading: string;
  readonly document_id: string;
}

/** Estimated tokens (characters / 4, CJK / 1.5) where the model reports none. */
export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

export interface Feedback {
  readonly rating: 'up' | 'down';
  readonly comment?: string;
}

export interface KnowledgeBase {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly document_count: number;
  readonly created_at: string;
}

export type DocumentStatus = 'queued' | 'processing' | 'ready' | 'failed';

export interface KnowledgeDocument {
  readonly id: string;
  readonly knowledge_base_id: string;
  readonly title: string;
  /** Where a citation leads; empty when the document has no address. */
  readonly url: string;
  readonly filename: string | null;
  readonly media_type: string;
  readonly bytes: number;
  /** SHA-256 of the bytes, hex. */
  readonly content_hash: string;
  readonly status: DocumentStatus;
  /** Why it failed and what to do; `null` otherwise. */
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly chunk_count: number;
  readonly metadata: Metadata;
  readonly created_at: string;
  readonly updated_at: string;
}

/** A site, or part of one, that a knowledge base follows. */
export interface UrlSource {
  readonly id: string;
  readonly knowledge_base_id: string;
  /** Where the crawl starts. */
  readonly url: string;
  /** Links followed from there; 0 reads the page alone. */
  readonly crawl_depth: number;
  /** `none`, `hourly`, `daily`, `weekly`, `monthly` or a cron expression in UTC. */
  readonly refresh_schedule: string;
  readonly status: 'queued' | 'crawling' | 'ready' | 'failed';
  /** Why it failed and what to do; `null` otherwise. */
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly pages: {
    readonly total: number;
    readonly pending: number;
    /** Pages that answer questions: `indexed` in the last crawl or `unchanged` since an earlier one. */
    readonly indexed: number;
    readonly skipped: number;
    readonly failed: number;
  };
  readonly last_crawled_at: string | null;
  readonly next_crawl_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

/** A page of a `UrlSource` and how it came out of the last crawl. */
export interface UrlPage {
  readonly url: string;
  /** Links from the start. */
  readonly depth: number;
  readonly outcome: 'pending' | 'indexed' | 'unchanged' | 'skipped' | 'failed';
  /** Why it was skipped or failed. */
  readonly reason: string | null;
  readonly http_status: number | null;
  readonly document_id: string | null;
  readonly fetched_at: string | null;
}

export type ApiKeyKind = 'publishable' | 'secret' | 'restricted';

/** An API key without its secret. `key` is present for publishable keys always, for others only in the answer that made it. */
export interface ApiKey {
  readonly id: string;
  readonly kind: ApiKeyKind;
  readonly name: string;
  /** First and last characters, for recognising a key in a list. */
  readonly hint: string;
  readonly key?: string;
  /** Origins whose pages may use a publishable key, e.g. `https://example.com`, `https://*.example.com`. */
  readonly origins: readonly string[];
  /** Assistants a publishable key opens. */
  readonly assistant_ids: readonly string[];
  /** Scopes of a restricted key, e.g. `conversations:read`. */
  readonly scopes: readonly string[];
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
}

/** Answer of `POST /visitor-sessions`. The token goes into `Authorization`, never into a URL. */
export interface VisitorSession {
  readonly token: string;
  readonly visitor_id: string;
  readonly assistant_id: string;
  readonly expires_at: string;
}

/** Answer of `GET /widget/config`: all the page's key may learn before a visitor session exists. */
export interface WidgetConfig {
  readonly assistant: { readonly id: string; readonly name: string; readonly description: string };
  readonly widget: WidgetSettings;
  /** Documents ready in the assistant's knowledge base. */
  readonly document_count: number;
}
