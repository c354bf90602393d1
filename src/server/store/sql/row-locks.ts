import { type Kysely, PostgresAdapter } from 'kysely';
import type { Tables } from './tables.ts';

/**
 * Whether writers run beside each other, so that a transaction which reads a row and then decides by it must lock it. In
 * SQLite they run one after another, and there is no such clause.
 */
export function hasRowLocks(db: Kysely<Tables>): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}
