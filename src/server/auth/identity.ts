import { hkdfSync } from 'node:crypto';
import {
  createLocalJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import { ID_PREFIX } from '../../protocol/ids.ts';
import { FetchError } from '../fetch/fetch-error.ts';
import type { GuardedFetch } from '../fetch/guarded-fetch.ts';
import { ApiError } from '../http/api-error.ts';
import type { AssistantRow, IdentitySettingsRow } from '../store/store.ts';
import { newId } from './credentials.ts';
import type { SecretBox } from './secret-box.ts';

/** Bounds of an identity token. */
export const IDENTITY = {
  /** Clocks may differ by so much. */
  skewSeconds: 60,
  /** A token that is good for longer is refused: it would outlive a log-out by days. */
  maxAgeSeconds: 24 * 60 * 60,
  tokenChars: 8_192,
  subjectChars: 255,
  /** A replaced secret counts for this long. */
  rotationMs: 24 * 60 * 60 * 1000,
} as const;

const JWKS = { freshMs: 10 * 60_000, againMs: 30_000, bytes: 256 * 1024, kept: 1_000 } as const;

/** Reads identity tokens: JWTs in which a site's server says who a visitor is. */
export interface IdentityReader {
  /**
   * Gives who it is: the token's `sub`. The algorithm is the assistant's, never the token's; `aud` must be the assistant,
   * `exp` at most 24 hours ahead, `iss` as set. Clocks may differ by 60 seconds.
   *
   * @throws ApiError invalid_identity; service_unavailable when the public keys cannot be fetched
   */
  read(
    assistant: Pick<AssistantRow, 'id'> & { readonly identity: IdentitySettingsRow },
    token: string,
  ): Promise<string>;
}

/** @param parts.fetch fetches public keys; the guarded one, because the address is a customer's */
export function createIdentityReader(parts: {
  readonly secrets: SecretBox;
  readonly fetch: GuardedFetch;
  readonly clock: () => number;
}): IdentityReader {
  const { secrets, clock } = parts;
  const keysAt = jwksCache(parts);
  return {
    async read({ id, identity }, token) {
      if (token.length > IDENTITY.tokenChars) throw refused(`It is longer than ${IDENTITY.tokenChars} characters.`);
      const now = clock();
      const options: JWTVerifyOptions = {
        algorithms: identity.algorithm === 'EdDSA' ? ['EdDSA', 'Ed25519'] : [identity.algorithm],
        audience: id,
        clockTolerance: IDENTITY.skewSeconds,
        currentDate: new Date(now),
        requiredClaims: ['sub', 'exp'],
        ...(identity.issuer !== null && { issuer: identity.issuer }),
      };
      const payload =
        identity.algorithm === 'HS256'
          ? await byAnySecret(token, identity, options, secrets, now)
          : await byPublicKey(token, identity, options, keysAt);
      const { sub, exp } = payload;
      if (typeof sub !== 'string' || sub === '' || sub.length > IDENTITY.subjectChars) {
        throw refused(`"sub" must be a text of 1 to ${IDENTITY.subjectChars} characters.`);
      }
      if (exp! - now / 1000 > IDENTITY.maxAgeSeconds + IDENTITY.skewSeconds) {
        throw refused('"exp" is more than 24 hours ahead. Sign a new one for each session.');
      }
      return sub;
    },
  };
}

/**
 * The id of a known visitor: always the same for the same person, assistant and installation, and of no other. So the
 * person's conversations appear wherever they prove who they are.
 */
export function knownVisitorId(
  { accountId, id }: Pick<AssistantRow, 'accountId' | 'id'>,
  subject: string,
  signingSecret: string,
): string {
  const info = JSON.stringify(['visitor', accountId, id, subject]);
  return newId(ID_PREFIX.visitor, (count) => new Uint8Array(hkdfSync('sha256', signingSecret, '', info, count)));
}

async function byAnySecret(
  token: string,
  identity: IdentitySettingsRow,
  options: JWTVerifyOptions,
  secrets: SecretBox,
  now: number,
) {
  let failure: unknown = refused('The assistant has no identity secret yet.');
  for (const { sealed, until } of identity.secrets) {
    if (until !== null && now >= until) continue;
    try {
      return (await jwtVerify(token, new TextEncoder().encode(secrets.open(sealed)), options)).payload;
    } catch (error) {
      failure = error;
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) break;
    }
  }
  throw asRefusal(failure);
}

async function byPublicKey(token: string, { jwksUrl }: IdentitySettingsRow, options: JWTVerifyOptions, keysAt: KeysAt) {
  if (jwksUrl === null) throw refused('The assistant has no address of public keys yet.');
  try {
    return (await jwtVerify(token, await keysAt(jwksUrl, false), options)).payload;
  } catch (error) {
    // The site may have begun to sign with a new key.
    if (!(error instanceof errors.JWKSNoMatchingKey)) throw asRefusal(error);
  }
  try {
    return (await jwtVerify(token, await keysAt(jwksUrl, true), options)).payload;
  } catch (error) {
    throw asRefusal(error);
  }
}

/** Gives the keys of an address; `again`: what is known did not do. */
type KeysAt = (url: string, again: boolean) => Promise<JWTVerifyGetKey>;

/** Keys by address: fetched every ten minutes, for an unknown key at most every thirty seconds, old ones if that fails. */
function jwksCache({ fetch, clock }: { readonly fetch: GuardedFetch; readonly clock: () => number }): KeysAt {
  const known = new Map<string, { readonly at: number; readonly keys: Promise<JWTVerifyGetKey> }>();
  const load = async (url: string): Promise<JWTVerifyGetKey> => {
    const { status, bytes } = await fetch({ url, headers: { accept: 'application/json' }, maxBytes: JWKS.bytes });
    if (status !== 200) throw new FetchError('connection_failed', `The address of the public keys answered ${status}.`);
    return createLocalJWKSet(JSON.parse(bytes.toString('utf8')) as JSONWebKeySet);
  };
  return async (url, again) => {
    const found = known.get(url);
    // Either way: what was fetched "in an hour", before the clock was put back, would be fresh for that hour.
    const age = found && Math.abs(clock() - found.at);
    if (age !== undefined && age < (again ? JWKS.againMs : JWKS.freshMs)) return found!.keys;
    const keys = load(url);
    if (known.size >= JWKS.kept) known.delete(known.keys().next().value!);
    known.delete(url);
    known.set(url, { at: clock(), keys });
    try {
      return await keys;
    } catch (error) {
      if (found) known.set(url, { at: clock(), keys: found.keys });
      else known.delete(url);
      if (found) return found.keys;
      const why = error instanceof FetchError ? error.message : 'It is not a JSON Web Key Set.';
      throw new ApiError('service_unavailable', `The public keys of this assistant’s site cannot be read: ${why}`);
    }
  };
}

function asRefusal(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof errors.JWTExpired) return refused('Its time is over. Sign a new one.');
  if (error instanceof errors.JWTClaimValidationFailed)
    return refused(CLAIMS[error.claim] ?? `"${error.claim}" is wrong.`);
  if (error instanceof errors.JOSEAlgNotAllowed)
    return refused('It is signed by another algorithm than the assistant’s.');
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWKSNoMatchingKey) {
    return refused('It is not signed by the key of this assistant.');
  }
  return refused('It is not a JSON Web Token in compact form.');
}

const CLAIMS: Readonly<Record<string, string>> = {
  aud: '"aud" must be the id of the assistant.',
  exp: '"exp" is missing or not a number.',
  iss: '"iss" is not the one set on the assistant.',
  nbf: 'It is not good yet ("nbf").',
  sub: '"sub" is missing.',
};

function refused(why: string): ApiError {
  return new ApiError('invalid_identity', `The identity token is refused. ${why}`);
}
