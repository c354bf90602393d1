import type pg from 'pg';
import type { Store } from '../store.ts';

/** `Store.exclusively` by an advisory lock, which the server lets go of however the process ends. Holds one connection. */
export function exclusively(pool: pg.Pool): Store['exclusively'] {
  return async (name, work) => {
    const client = await pool.connect();
    let failed: unknown;
    try {
      await client.query('select pg_advisory_lock(hashtext($1), hashtext(current_schema))', [`assisters ${name}`]);
      return await work();
    } catch (error) {
      failed = error;
      throw error;
    } finally {
      // A broken connection has no lock to give back, and is not used again.
      const back = client.query('select pg_advisory_unlock_all()');
      await back.then(
        () => client.release(),
        () => client.release(failed instanceof Error ? failed : true),
      );
    }
  };
}
