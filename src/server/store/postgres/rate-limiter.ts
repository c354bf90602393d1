import type pg from 'pg';
import { CLOCK_SLACK_MS, type RateLimiter } from '../../middleware/rate-limiter.ts';

const TAKE = `
insert into rate_windows as w (bucket, ends_at, taken) values ($1, $3::bigint + $4::bigint, least(1, $2::bigint + 1))
on conflict (bucket) do update set
  ends_at = case when w.ends_at <= $3 or w.ends_at > excluded.ends_at + ${CLOCK_SLACK_MS}
    then excluded.ends_at else w.ends_at end,
  -- One above the limit says "refused", so that the answer needs no second look.
  taken = case when w.ends_at <= $3 then excluded.taken else least(w.taken + 1, $2::bigint + 1) end
returning ends_at, taken`;

const PRUNE_MS = 60_000;

/** The windows of `memoryRateLimiter`, shared: one statement a request, which locks the bucket's row and no other. */
export function sharedRateLimiter(pool: pg.Pool): RateLimiter {
  let prunedAt = 0;
  return {
    async take(bucket, limit, windowMs, now) {
      if (Math.abs(now - prunedAt) > PRUNE_MS) {
        prunedAt = now;
        await pool.query('delete from rate_windows where ends_at <= $1', [now]);
      }
      const { rows } = await pool.query<{ ends_at: number; taken: number }>({ name: 'take', text: TAKE }, [
        bucket,
        limit,
        now,
        windowMs,
      ]);
      const { taken, ends_at: resetAt } = rows[0]!;
      return { allowed: taken <= limit, limit, remaining: Math.max(0, limit - taken), resetAt };
    },
  };
}
