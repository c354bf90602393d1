import { sql as initial } from './0001-initial.ts';
import { sql as jobs } from './0002-jobs.ts';
import { sql as urlSources } from './0003-url-sources.ts';
import { sql as webhooks } from './0004-webhooks.ts';
import { sql as vectors } from './0005-vectors.ts';
import { sql as replays } from './0006-replays.ts';

/** Every migration in order, number = position from 1. Only added to: one that has shipped is never edited. */
export const MIGRATIONS: readonly { readonly name: string; readonly sql: string }[] = [
  { name: '0001-initial', sql: initial },
  { name: '0002-jobs', sql: jobs },
  { name: '0003-url-sources', sql: urlSources },
  { name: '0004-webhooks', sql: webhooks },
  { name: '0005-vectors', sql: vectors },
  { name: '0006-replays', sql: replays },
];
