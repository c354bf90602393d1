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
  /** Messages the chat offers by itself, up to eight; the first whose conditions hold is shown. */
  readonly proactive?: readonly ProactiveRule[];
  /** What a visitor agrees to, shown with their data. Plain text. Of a gate before the first use, the words are the page’s own. */
  readonly consent_text?: string;
  /** Where the site says what it does with personal data. `https:`. */
  readonly privacy_url?: string;
}

/** When the chat offers a message by itself: all conditions that are given must hold. */
export interface ProactiveRule {
  /** Under this name a visitor's "no" is remembered. */
  readonly id: string;
  /** Plain text. */
  readonly message: string;
  /** Seconds on the page. */
  readonly after_seconds?: number;
  /** How far down the page was scrolled, 0–100. */
  readonly scroll_percent?: number;
  /** Path of the page; `*` stands for any text: `/pricing`, `/docs/*`. */
  readonly path?: string;
  /** The pointer leaves the page at its top. */
  readonly on_exit?: boolean;
}

/** How a visitor of an assistant proves who they are (ours): by a JWT that the site's server signs. */
export interface IdentitySettings {
  /** `HS256` with the assistant's identity secret, else with a public key of `jwks_url`. */
  readonly algorithm: 'HS256' | 'EdDSA' | 'ES256';
  /** Nobody talks to the assistant without proof. */
  readonly required: boolean;
  /** What `iss` must say; `null`: it is not looked at. */
  readonly issuer: string | null;
  readonly jwks_url: string | null;
}

/** Whether visitors may attach files to their questions, and which (ours). */
export interface AttachmentSettings {
  readonly enabled: boolean;
  /** Largest file; the server's own bound on uploads counts as well. */
  readonly max_bytes: number;
  /** Media types that are taken, as the server tells them from the bytes. */
  readonly types: readonly string[];
}

/** A file of a question (ours). The file itself is not kept; its text is, with the conversation. */
export interface Attachment {
  readonly id: string;
  readonly name: string;
  /** Media type, as the bytes say. */
  readonly type: string;
  /** Of the file, bytes. */
  readonly size: number;
}

/** A file that was read, before or after a question names it (ours). */
export interface ConversationAttachment extends Attachment {
  readonly conversation_id: string;
  /** Its text was longer than is kept. */
  readonly truncated: boolean;
  readonly created_at: string;
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
  /** Conversations are deleted this many days after their last word; `null`: they are kept (ours). */
  readonly retention_days: number | null;
  /** Shown to secret keys only; `null`: visitors stay unknown (ours). */
  readonly identity?: IdentitySettings | null;
  /** Signs identity tokens by `HS256`. Only in the answer that made it (ours). */
  readonly identity_secret?: string;
  /** Files with questions (ours). */
  readonly attachments: AttachmentSettings;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface Conversation {
  readonly id: string;
  readonly assistant_id: string;
  readonly user_id: string | null;
  /** Of the first question; `null` before it (ours). */
  readonly title: string | null;
  readonly metadata: Metadata;
  readonly messages: readonly Message[];
  readonly created_at: string;
  /** When something was said last (ours). */
  readonly last_message_at: string | null;
  /** `null` while the conversation is open (ours). */
  readonly ended_at: string | null;
}

/**
 * Where a message stands (ours). A visitor's message is `complete` at once. An answer is
 * `streaming` → `complete` | `stopped` (asked to stop) | `interrupted` (the server went away) | `failed` (see `error`) |
 * `awaiting_tool` (the page is asked to do something; see `tool_calls`), which goes on as `streaming`.
 */
export type MessageStatus = 'streaming' | 'complete' | 'stopped' | 'interrupted' | 'failed' | 'awaiting_tool';

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
  /** Up to three questions to go on with, from headings of the documents the answer rests on (ours). */
  readonly follow_ups: readonly string[];
  /** What the model asked of the page, oldest first (ours). */
  readonly tool_calls: readonly ToolCall[];
  /** Files of a question (ours). */
  readonly attachments: readonly Attachment[];
}

/** Something a page can do for the model, offered with a question. */
export interface PageTool {
  /** 1–64 of `A-Z a-z 0-9 _ -`. */
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments, an object's. */
  readonly parameters: Metadata;
}

/** What the model asks of the page, and what came of it. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: Metadata;
  /** `null` until the page has answered. */
  readonly result: ToolResult | null;
}

/** What a page's tool gave: `content`, any JSON, or why it failed or was declined. */
export interface ToolResult {
  readonly content?: unknown;
  readonly error?: string;
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
  /** What was wrong (ours). */
  readonly reason?: FeedbackReason;
  readonly comment?: string;
}

export const FEEDBACK_REASONS = ['incorrect', 'incomplete', 'off_topic', 'outdated', 'other'] as const;
export type FeedbackReason = (typeof FEEDBACK_REASONS)[number];

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
  /** Addresses and networks that may use a secret or restricted key, e.g. `10.0.0.0/8`; empty: any. */
  readonly addresses: readonly string[];
  /** Visitors' messages a day through a publishable key; `null`: the server's default. */
  readonly messages_per_day: number | null;
  /** The key that takes this one's place; this one lives on until `expires_at`. */
  readonly rotated_to: string | null;
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
}

/** Answer of `POST /visitor-sessions`. The token goes into `Authorization`, never into a URL. */
export interface VisitorSession {
  readonly token: string;
  readonly visitor_id: string;
  /** Who the visitor is, as the identity token proved; `null`: nobody knows. */
  readonly user_id: string | null;
  readonly assistant_id: string;
  readonly expires_at: string;
}

/** Answer of `GET /visitor-sessions/me/export`: everything that is stored about one visitor. */
export interface VisitorExport {
  readonly visitor_id: string;
  readonly user_id: string | null;
  readonly exported_at: string;
  /** Oldest first, each with all its messages. */
  readonly conversations: readonly (Conversation & {
    /** Files that were attached, with the text that was read from them. */
    readonly attachments: readonly (ConversationAttachment & { readonly text: string })[];
  })[];
}

/** Answer of `GET /widget/config`: all the page's key may learn before a visitor session exists. */
export interface WidgetConfig {
  readonly assistant: { readonly id: string; readonly name: string; readonly description: string };
  readonly widget: WidgetSettings;
  /** Documents ready in the assistant's knowledge base. */
  readonly document_count: number;
  /** Conversations are deleted this many days after their last word; `null`: they are kept. */
  readonly retention_days: number | null;
  /** Whether a visitor can, or must, prove who they are. */
  readonly identity: 'off' | 'optional' | 'required';
  /** The assistant's model can use tools of the page. */
  readonly tools: boolean;
  /** Files with questions. */
  readonly attachments: AttachmentSettings;
}
