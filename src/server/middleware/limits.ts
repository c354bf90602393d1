import { PLANS, UNLIMITED_REQUESTS_PER_MINUTE } from '../../protocol/limits.ts';
import type { RouteName } from '../../protocol/routes.ts';
import type { Principal } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { ApiError } from '../http/api-error.ts';
import { clientIp } from '../http/client-ip.ts';
import type { AppContext } from '../http/types.ts';
import type { RateDecision } from './rate-limiter.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Requests per address and minute that came without a valid credential. */
const ANONYMOUS_PER_MINUTE = 300;

const MESSAGE_ROUTES: readonly RouteName[] = ['createMessage', 'streamMessage', 'retryMessage'];

/**
 * Counts an authorised request against all that bounds it: the account's plan, for visitors their address and
 * themselves, for new conversations the plan's day. What the headers say is the plan's figure.
 *
 * @throws ApiError rate_limit_exceeded
 */
export async function limitCaller(c: AppContext, deps: Deps, name: RouteName, principal: Principal): Promise<void> {
  const now = deps.clock();
  const { config } = deps;
  const account = await deps.store.accounts.get(principal.accountId);
  const plan = PLANS[account?.plan ?? 'free'];
  await take(c, deps, `account:${principal.accountId}`, plan.requestsPerMinute ?? 0, MINUTE_MS, now, true);

  if (principal.type === 'pk' || principal.type === 'vt') {
    const ip = clientIp(c, config.trustProxy);
    if (ip !== null && name === 'createVisitorSession') {
      await take(c, deps, `mint:${ip}`, config.sessionsPerIp, 10 * MINUTE_MS, now);
    }
    if (MESSAGE_ROUTES.includes(name)) {
      if (ip !== null) await take(c, deps, `message:${ip}`, config.messagesPerIp, MINUTE_MS, now);
      if (principal.type === 'vt') {
        await take(c, deps, `visitor:${principal.session.visitorId}`, config.messagesPerVisitor, MINUTE_MS, now);
      }
    }
  }
  if (name === 'createConversation' && plan.conversationsPerDay !== null) {
    const used = await deps.store.conversations.countSince(principal.accountId, now - DAY_MS);
    if (used >= plan.conversationsPerDay) {
      refuse(
        { allowed: false, limit: plan.conversationsPerDay, remaining: 0, resetAt: now + DAY_MS / 24 },
        now,
        'conversations a day',
      );
    }
  }
}

/** Counts a request that no account answers for (no or bad credential, unknown path), by address. */
export async function limitAnonymous(c: AppContext, deps: Deps): Promise<void> {
  const ip = clientIp(c, deps.config.trustProxy);
  await take(c, deps, `anonymous:${ip}`, ip === null ? 0 : ANONYMOUS_PER_MINUTE, MINUTE_MS, deps.clock(), true);
}

/** The headers' figures where nothing was counted. */
export function unlimited(now: number): RateDecision {
  const limit = UNLIMITED_REQUESTS_PER_MINUTE;
  return { allowed: true, limit, remaining: limit, resetAt: now + MINUTE_MS };
}

/** `limit` 0 means none. */
async function take(
  c: AppContext,
  deps: Deps,
  bucket: string,
  limit: number,
  windowMs: number,
  now: number,
  shown = false,
): Promise<void> {
  const decision = limit === 0 ? unlimited(now) : await deps.limiter.take(bucket, limit, windowMs, now);
  if (shown || !decision.allowed) c.set('rate', decision);
  if (!decision.allowed) refuse(decision, now, `requests in ${Math.round(windowMs / 1000)} seconds`);
}

function refuse(decision: RateDecision, now: number, unit: string): never {
  const retryAfter = Math.max(1, Math.ceil((decision.resetAt - now) / 1000));
  throw new ApiError(
    'rate_limit_exceeded',
    `More than ${decision.limit} ${unit}. Try again in ${retryAfter} seconds.`,
    {
      limit: decision.limit,
      remaining: 0,
      reset_at: Math.ceil(decision.resetAt / 1000),
      retry_after: retryAfter,
    },
    { 'Retry-After': String(retryAfter) },
  );
}
