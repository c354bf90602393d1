import { ID_PREFIX } from '../../protocol/ids.ts';
import type { ApiKeyKind } from '../../protocol/resources.ts';
import { ROUTES, type Route } from '../../protocol/routes.ts';
import type { ApiKeyRow } from '../store/store.ts';
import {
  type CredentialKind,
  credentialHint,
  hashCredential,
  newCredential,
  newId,
  type RandomBytes,
} from './credentials.ts';

/** Every scope a restricted key can hold. */
export const SCOPES: readonly string[] = [
  ...new Set(Object.values<Route>(ROUTES).flatMap(({ scope }) => (scope === undefined ? [] : [scope]))),
].sort();

const DAY_SECONDS = 24 * 60 * 60;

/** How long a key that was rotated lives on, seconds: at most, and when nothing is said. */
export const ROTATION = {
  publishable: { max: 30 * DAY_SECONDS, usual: 7 * DAY_SECONDS },
  secret: { max: 7 * DAY_SECONDS, usual: DAY_SECONDS },
  restricted: { max: 7 * DAY_SECONDS, usual: DAY_SECONDS },
} as const satisfies Record<ApiKeyKind, { max: number; usual: number }>;

/** Whether a key may be used: not revoked, not expired. */
export function isAlive(key: Pick<ApiKeyRow, 'revokedAt' | 'expiresAt'>, now: number): boolean {
  return key.revokedAt === null && (key.expiresAt === null || now < key.expiresAt);
}

export interface NewKey {
  readonly accountId: string;
  readonly kind: ApiKeyKind;
  readonly name: string;
  readonly test?: boolean;
  /** As {@link checkOriginRule} gives them. */
  readonly origins?: readonly string[];
  readonly assistantIds?: readonly string[];
  readonly scopes?: readonly string[];
  readonly allowNative?: boolean;
  readonly expiresAt?: number | null;
  /** As {@link checkAddressRule} gives them. */
  readonly addresses?: readonly string[];
  readonly messagesPerDay?: number | null;
}

/**
 * A new API key: the row to store, and the credential itself, which exists nowhere else unless the key is publishable.
 * Restricted keys are always live keys.
 */
export function makeKey(
  key: NewKey,
  random: RandomBytes,
  now: number,
): { readonly row: ApiKeyRow; readonly credential: string } {
  const test = key.test === true && key.kind !== 'restricted';
  const credential = newCredential(credentialKindOf(key.kind, test), random);
  const row: ApiKeyRow = {
    id: newId(ID_PREFIX.apiKey, random),
    accountId: key.accountId,
    kind: key.kind,
    name: key.name,
    hash: hashCredential(credential),
    hint: credentialHint(credential),
    publicKey: key.kind === 'publishable' ? credential : null,
    test,
    origins: key.origins ?? [],
    assistantIds: key.assistantIds ?? [],
    scopes: key.scopes ?? [],
    allowNative: key.allowNative ?? false,
    createdAt: now,
    expiresAt: key.expiresAt ?? null,
    revokedAt: null,
    addresses: key.addresses ?? [],
    messagesPerDay: key.messagesPerDay ?? null,
    rotatedTo: null,
  };
  return { row, credential };
}

function credentialKindOf(kind: ApiKeyKind, test: boolean): CredentialKind {
  if (kind === 'restricted') return 'restrictedLive';
  if (kind === 'secret') return test ? 'secretTest' : 'secretLive';
  return test ? 'publishableTest' : 'publishableLive';
}
