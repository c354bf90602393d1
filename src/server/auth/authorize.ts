import { HEADER } from '../../protocol/headers.ts';
import { CREDENTIAL_PREFIX } from '../../protocol/ids.ts';
import type { Route } from '../../protocol/routes.ts';
import { ApiError } from '../http/api-error.ts';
import type { ApiKeyRow, Store, VisitorSessionRow } from '../store/store.ts';
import { addressAllowed } from './addresses.ts';
import { type CredentialKind, credentialKind, hashCredential } from './credentials.ts';
import { isEmbedNonce } from './embed-nonce.ts';
import { isAlive } from './make-key.ts';
import { originAllowed } from './origins.ts';
import type { Principal } from './principal.ts';

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

/** A visitor token dies this long after its last use, and this long after it was made, whichever comes first. */
export const VISITOR_SESSION = { idleMs: 30 * DAY_MS, absoluteMs: 90 * DAY_MS } as const;

export interface IdentifyRequest {
  readonly headers: Headers;
  /** Origins at which this server is reached: its public URL's and the request's own. */
  readonly ownOrigins: readonly string[];
  /** The caller's; `null` where it cannot be told. */
  readonly address: string | null;
}
export interface IdentifyContext {
  readonly store: Store;
  readonly clock: () => number;
  /** Signs embed nonces. */
  readonly signingSecret: string;
}

/**
 * The first half of the one door every endpoint has, streams included: says who is calling. The order of the checks is
 * the order of what a caller must put right: credential present, known and alive, page's origin; then {@link permit}.
 *
 * @throws ApiError missing_credential, invalid_api_key, invalid_token, token_expired, secret_key_in_browser,
 * origin_not_allowed, address_not_allowed
 */
export async function identify(request: IdentifyRequest, context: IdentifyContext): Promise<Principal> {
  const credential = readBearer(request.headers);
  refuseSecretInBrowser(credential, request.headers);
  const kind = credentialKind(credential);
  // A JWT (`eyJ…`) is no credential of ours; who sends one means a visitor's token, and is told so.
  return credential.startsWith(CREDENTIAL_PREFIX.visitorToken) || credential.startsWith('eyJ')
    ? visitor(credential, kind, request, context)
    : apiKey(credential, kind, request, context);
}

function readBearer(headers: Headers): string {
  const header = headers.get('Authorization');
  if (header === null || header.trim() === '') {
    throw new ApiError(
      'missing_credential',
      'Send the key or token as "Authorization: Bearer …"; it is read nowhere else.',
    );
  }
  const parts = /^Bearer +(\S+)$/i.exec(header.trim());
  if (!parts)
    throw new ApiError('missing_credential', 'Expected the header to read "Authorization: Bearer <key or token>".');
  return parts[1]!;
}

/**
 * Browsers alone send `Origin` on cross-origin requests and `Sec-Fetch-Site` on all. `Sec-Fetch-Mode` is no sign of
 * one: Node's own `fetch` sends `Sec-Fetch-Mode: cors` too.
 */
function refuseSecretInBrowser(credential: string, headers: Headers): void {
  if (!/^[sr]k_/.test(credential) || (!headers.has('Origin') && !headers.has('Sec-Fetch-Site'))) return;
  throw new ApiError(
    'secret_key_in_browser',
    'A secret key was sent by a browser, where every visitor can read it. Revoke it now (npx assisters keys revoke <key id>) ' +
      'and use a publishable key (pk_…) in pages.',
  );
}

async function apiKey(
  credential: string,
  kind: CredentialKind | null,
  request: IdentifyRequest,
  context: IdentifyContext,
): Promise<Principal> {
  const key = kind === null ? null : await context.store.keys.findByHash(hashCredential(credential));
  if (!key) throw new ApiError('invalid_api_key', 'No such API key. Check that it was copied whole.');
  if (!isAlive(key, context.clock())) throw new ApiError('invalid_api_key', 'This API key was revoked or has expired.');
  if (key.kind === 'publishable') {
    const origin = checkOrigin(key, request, context);
    return { type: 'pk', accountId: key.accountId, key, origin };
  }
  if (key.addresses.length > 0 && !addressAllowed(request.address, key.addresses)) {
    throw new ApiError(
      'address_not_allowed',
      `This key may not be used from ${request.address ?? 'an address that cannot be told'}. ` +
        'Add the address to the key, and behind a proxy see that the server is told how many there are.',
      { key_id: key.id },
    );
  }
  return { type: key.kind === 'secret' ? 'sk' : 'rk', accountId: key.accountId, key, origin: null };
}

async function visitor(
  credential: string,
  kind: CredentialKind | null,
  request: IdentifyRequest,
  context: IdentifyContext,
): Promise<Principal> {
  const now = context.clock();
  const session = kind === null ? null : await context.store.sessions.findByHash(hashCredential(credential));
  if (!session || session.revokedAt !== null) throw new ApiError('invalid_token', 'No such visitor token.');
  if (now >= session.expiresAt || now - session.lastUsedAt >= VISITOR_SESSION.idleMs) {
    throw new ApiError('token_expired', 'The visitor token has expired; start a new visitor session.');
  }
  const key = await context.store.keys.get({ accountId: session.accountId }, session.keyId);
  if (!key || !isAlive(key, now))
    throw new ApiError('invalid_token', 'The key that made this visitor token was revoked.');
  checkVisitorOrigin(key, session, request);
  if (now - session.lastUsedAt >= HOUR_MS) await context.store.sessions.touch(session.id, now);
  return { type: 'vt', accountId: session.accountId, key, session, origin: pageOrigin(request) };
}

/** Gives the page's origin, or `null` for a native app that the key allows. */
function checkOrigin(key: ApiKeyRow, request: IdentifyRequest, context: IdentifyContext): string | null {
  const origin = pageOrigin(request);
  if (origin === null) {
    if (key.allowNative) return null;
    throw new ApiError(
      'origin_not_allowed',
      'The request carries no Origin header, so it did not come from a page that this publishable key serves. ' +
        'On a server use a secret key.',
    );
  }
  if (originAllowed(origin, key.origins)) return origin;
  const nonce = request.headers.get(HEADER.embedNonce);
  const ours = request.ownOrigins.includes(origin);
  if (ours && nonce !== null && isEmbedNonce(nonce, key.id, context.signingSecret, context.clock())) return origin;
  throw refusedOrigin(origin, key);
}

/**
 * The key's list is asked again on every use, so taking an origin off it takes effect at once. A token made inside our
 * own iframe page stays good there. A request without an origin is no other website's, and holds a secret already.
 */
function checkVisitorOrigin(key: ApiKeyRow, session: VisitorSessionRow, request: IdentifyRequest): void {
  const origin = pageOrigin(request);
  if (origin === null || originAllowed(origin, key.origins)) return;
  if (origin === session.origin && request.ownOrigins.includes(origin)) return;
  throw refusedOrigin(origin, key);
}

/** Browsers leave `Origin` out of same-origin GETs; there `Sec-Fetch-Site` says it. */
function pageOrigin({ headers, ownOrigins }: IdentifyRequest): string | null {
  const origin = headers.get('Origin');
  if (origin !== null && origin !== '') return origin;
  return headers.get('Sec-Fetch-Site') === 'same-origin' ? (ownOrigins[0] ?? null) : null;
}

function refusedOrigin(origin: string, key: ApiKeyRow): ApiError {
  // Quoted only when it has the form of an origin: the text goes to a console and into a command line.
  const shown = /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9.:_[\]-]+$/i.test(origin) && origin.length < 300 ? origin : null;
  if (shown === null) {
    return new ApiError(
      'origin_not_allowed',
      'Pages without an origin of their own (sandboxed frames, local files) cannot use a publishable key.',
    );
  }
  return new ApiError(
    'origin_not_allowed',
    `This publishable key does not serve pages of ${shown}. The key’s owner can allow it; the server’s log says how.`,
    { origin: shown },
    {},
    `npx assisters keys update ${key.id} --add-origin ${shown}`,
  );
}

/**
 * The second half of the door: whether this caller may use this endpoint.
 *
 * @throws ApiError key_type_not_allowed, insufficient_permissions
 */
export function permit(principal: Principal, route: Route): void {
  const allowed = route.callers.includes(principal.type);
  if (principal.type === 'rk') {
    const scope = route.scope;
    if (!allowed || scope === undefined) {
      throw new ApiError('insufficient_permissions', 'Restricted keys may not use this endpoint; use a secret key.');
    }
    if (!principal.key.scopes.includes(scope)) {
      throw new ApiError('insufficient_permissions', `This restricted key lacks the scope ${scope}.`, { scope });
    }
    return;
  }
  if (allowed) return;
  const names = { pk: 'publishable keys', vt: 'visitor tokens', sk: 'secret keys', rk: 'restricted keys' };
  throw new ApiError(
    'key_type_not_allowed',
    `This endpoint is not for ${names[principal.type]}; it takes ${route.callers.map((caller) => names[caller]).join(', ')}.`,
  );
}
