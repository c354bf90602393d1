import { createHmac } from 'node:crypto';
import { sameText } from './credentials.ts';

/** How long a page of ours that was put into an iframe may start visitor sessions. */
export const EMBED_NONCE_SECONDS = 5 * 60;

/**
 * Proof that we served our iframe page for a key: `<unix seconds it ends>.<HMAC-SHA256>`. The browser let the page be
 * framed only by the key's origins (`frame-ancestors`), so with this proof our own origin stands for them.
 */
export function makeEmbedNonce(keyId: string, secret: string, nowMs: number): string {
  const ends = Math.floor(nowMs / 1000) + EMBED_NONCE_SECONDS;
  return `${ends}.${sign(keyId, ends, secret)}`;
}

/** Whether {@link makeEmbedNonce} made this for the key and it has not ended. */
export function isEmbedNonce(nonce: string, keyId: string, secret: string, nowMs: number): boolean {
  const parts = /^(\d{1,12})\.([\w-]{1,64})$/.exec(nonce);
  if (!parts) return false;
  const ends = Number(parts[1]);
  return sameText(parts[2]!, sign(keyId, ends, secret)) && nowMs < ends * 1000;
}

function sign(keyId: string, ends: number, secret: string): string {
  return createHmac('sha256', secret).update(`embed:${keyId}:${ends}`).digest('base64url');
}
