import { createHash } from 'node:crypto';
import { HEADER } from '../../protocol/headers.ts';
import { PLANS, UNLIMITED_REQUESTS_PER_MINUTE } from '../../protocol/limits.ts';
import { PROOF } from '../../protocol/proof.ts';
import type { RouteName } from '../../protocol/routes.ts';
import type { Principal } from '../auth/principal.ts';
import { makeChallenge, readProof } from '../auth/proof.ts';
import type { Deps } from '../deps.ts';
import { ApiError } from '../http/api-error.ts';
import { clientIp } from '../http/client-ip.ts';
import type { AppContext } from '../http/types.ts';
import type { RateDecision } from './rate-limiter.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A key's hour takes up to this part of its day. */
const HOURS_WORTH = 4;
/** The part of an hour that young sessions leave to older ones, and how old that is. */
const RESERVED = 0.3;
const YOUNG_MS = 10 * MINUTE_MS;
/** With proof of work: so many times the sessions. Without it: so many minutes' worth of messages in ten minutes. */
const PROVED = { sessions: 6, messages: 2 } as const;
/** Requests per address and minute that came without a valid credential. */
const ANONYMOUS_PER_MINUTE = 300;

const MESSAGE_ROUTES: readonly RouteName[] = [
  'createMessage',
  'streamMessage',
  'retryMessage',
  // Reading a file costs as much.
  'createAttachment',
];

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
      await take(c, deps, `mint-hard:${ip}`, config.sessionsPerIp * PROVED.sessions, 10 * MINUTE_MS, now);
      await takeOrProve(c, deps, principal, ip, 'mint', config.sessionsPerIp, now);
    }
    if (MESSAGE_ROUTES.includes(name)) {
      if (ip !== null) {
        await take(c, deps, `message:${ip}`, config.messagesPerIp, MINUTE_MS, now);
        await takeOrProve(c, deps, principal, ip, 'message', config.messagesPerIp * PROVED.messages, now);
      }
      if (principal.type === 'vt') {
        await take(c, deps, `visitor:${principal.session.visitorId}`, config.messagesPerVisitor, MINUTE_MS, now);
        await capDay(c, deps, principal, now);
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

/**
 * What a visitor may say in a day, and all visitors of a key in an hour and a day: a stolen key costs a bounded amount. Counted
 * in the database, so a restart forgets nothing and every process counts alike; when it cannot be counted, it is refused.
 * Three tenths of the hour are kept for sessions that are older than ten minutes, which a script that makes new ones has not.
 */
async function capDay(
  c: AppContext,
  deps: Deps,
  { key, session }: Extract<Principal, { type: 'vt' }>,
  now: number,
): Promise<void> {
  const { config } = deps;
  const perDay = key.messagesPerDay ?? (config.messagesPerKeyDay === 0 ? null : config.messagesPerKeyDay);
  const young = now - session.createdAt < YOUNG_MS;
  const wanted: [string, number | null, number, string][] = [
    [`visitor:${session.visitorId}`, config.messagesPerVisitorDay || null, DAY_MS, 'messages a day for one visitor'],
    [`key:${key.id}`, perDay, DAY_MS, 'messages a day for this key'],
  ];
  if (perDay !== null) {
    const perHour = Math.ceil(perDay / HOURS_WORTH);
    const limit = young ? Math.ceil(perHour * (1 - RESERVED)) : perHour;
    wanted.unshift([`key-hour:${key.id}`, limit, HOUR_MS, 'messages an hour for this key']);
  }
  const caps = wanted.flatMap(([name, limit, windowMs, unit]) =>
    limit === null ? [] : [{ name, limit, windowMs, unit, windowStart: Math.floor(now / windowMs) * windowMs }],
  );
  const full = await deps.store.usage.takeEach(caps);
  if (!full) return;
  const decision = { allowed: false, limit: full.limit, remaining: 0, resetAt: full.windowStart + full.windowMs };
  c.set('rate', decision);
  refuse(decision, now, full.unit);
}

/** Beyond the limit a caller is let in who proves work: each time anew, and the more it is the longer it takes. */
async function takeOrProve(
  c: AppContext,
  deps: Deps,
  principal: Principal,
  ip: string,
  what: string,
  limit: number,
  now: number,
): Promise<void> {
  if (limit === 0) return;
  const bucket = `${what}-soft:${ip}`;
  const decision = await deps.limiter.take(bucket, limit, 10 * MINUTE_MS, now);
  if (decision.allowed) return;
  const subject = `${what} ${ip} ${principal.key.id}`;
  const proof = c.req.header(HEADER.proof);
  const ends = proof === undefined ? null : readProof(proof, subject, deps.signingSecret, now);
  const used = createHash('sha256')
    .update(proof ?? '')
    .digest('hex');
  if (ends !== null && (await deps.store.usage.take(`proof:${used}`, ends, 1, 1)).taken) return;
  // Each one that was proved makes the next dearer.
  const over = await deps.limiter.take(`${bucket}:over`, Number.MAX_SAFE_INTEGER, 10 * MINUTE_MS, now);
  const more = Math.floor((Number.MAX_SAFE_INTEGER - over.remaining) / limit);
  const bits = Math.min(PROOF.bits.most, PROOF.bits.least + more);
  c.set('rate', decision);
  refuse(decision, now, 'requests in 600 seconds', {
    challenge: makeChallenge(subject, bits, deps.signingSecret, now, deps.random),
  });
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

function refuse(decision: RateDecision, now: number, unit: string, more: Readonly<Record<string, string>> = {}): never {
  const retryAfter = Math.max(1, Math.ceil((decision.resetAt - now) / 1000));
  throw new ApiError(
    'rate_limit_exceeded',
    `More than ${decision.limit} ${unit}. Try again in ${retryAfter} seconds.`,
    {
      limit: decision.limit,
      remaining: 0,
      reset_at: Math.ceil(decision.resetAt / 1000),
      retry_after: retryAfter,
      ...more,
    },
    { 'Retry-After': String(retryAfter) },
  );
}
