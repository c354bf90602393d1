import type { Answerer } from './answer/answerer.ts';
import type { RandomBytes } from './auth/credentials.ts';
import type { IdentityReader } from './auth/identity.ts';
import type { SecretBox } from './auth/secret-box.ts';
import type { Config } from './config.ts';
import type { ParseFile } from './ingest/parse-file.ts';
import type { JobRunner } from './jobs/job-runner.ts';
import type { Log } from './logs.ts';
import type { RateLimiter } from './middleware/rate-limiter.ts';
import type { Retriever } from './retrieve/retriever.ts';
import type { Store } from './store/store.ts';
import type { Tracing } from './tracing.ts';
import type { Turns } from './turn/turns.ts';

/** What the app is built from. Everything with a side effect comes in here; nothing else reads clock, chance or environment. */
export interface Deps {
  readonly store: Store;
  readonly retriever: Retriever;
  readonly answerer: Answerer;
  /** The answers being written, and what starts them; see `makeTurns`. */
  readonly turns: Turns;
  /** Work in the background: reading uploads, crawling. */
  readonly jobs: JobRunner;
  /** Reads attached files, within bounds; not the reader of documents and sites, which may be busy for minutes. */
  readonly parse: ParseFile;
  readonly config: Config;
  readonly limiter: RateLimiter;
  readonly log: Log;
  readonly tracing: Tracing;
  /** Unix milliseconds. */
  readonly clock: () => number;
  readonly random: RandomBytes;
  /** Opens the secrets that must be read again: of webhooks, of identity tokens. */
  readonly secrets: SecretBox;
  /** Reads who a visitor is from what the site's server signed. */
  readonly identity: IdentityReader;
  /** Of this installation; signs embed nonces, derives the ids of known visitors. */
  readonly signingSecret: string;
}
