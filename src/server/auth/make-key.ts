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
  };
  return { row, credential };
}

function credentialKindOf(kind: ApiKeyKind, test: boolean): CredentialKind {
  if (kind === 'restricted') return 'restrictedLive';
  if (kind === 'secret') return test ? 'secretTest' : 'secretLive';
  return test ? 'publishableTest' : 'publishableLive';
}
