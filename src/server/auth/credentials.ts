import { createHash, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { CREDENTIAL_PREFIX } from '../../protocol/ids.ts';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SECRET_CHARS = 43;
const CHECKSUM_CHARS = 6;
const ID_CHARS = 22;

/** Gives that many random bytes. `crypto.randomBytes` in the server, a seeded source in tests. */
export type RandomBytes = (count: number) => Uint8Array;

/** The kinds of credential, by prefix. */
export type CredentialKind = keyof typeof CREDENTIAL_PREFIX;

/** A new object id: prefix and 22 random base62 characters (131 bits). */
export function newId(prefix: string, random: RandomBytes): string {
  return prefix + base62(ID_CHARS, random);
}

/**
 * A new credential: prefix, 43 random base62 characters (256 bits) and the CRC-32 of all before it as 6 base62
 * characters, so that secret scanners recognise one and a mistyped one is refused without a look-up.
 */
export function newCredential(kind: CredentialKind, random: RandomBytes): string {
  const body = CREDENTIAL_PREFIX[kind] + base62(SECRET_CHARS, random);
  return body + checksum(body);
}

/** The kind of a well-formed credential; `null` for anything else, including one whose checksum is wrong. */
export function credentialKind(text: string): CredentialKind | null {
  for (const [kind, prefix] of Object.entries(CREDENTIAL_PREFIX) as [CredentialKind, string][]) {
    if (!text.startsWith(prefix)) continue;
    if (text.length !== prefix.length + SECRET_CHARS + CHECKSUM_CHARS) return null;
    const body = text.slice(0, -CHECKSUM_CHARS);
    return sameText(text.slice(-CHECKSUM_CHARS), checksum(body)) ? kind : null;
  }
  return null;
}

/** What is stored of a credential: SHA-256, hex. Unsalted is enough for 256 random bits. */
export function hashCredential(credential: string): string {
  return createHash('sha256').update(credential).digest('hex');
}

/** First and last characters, by which a person recognises a key in a list. */
export function credentialHint(credential: string): string {
  return `${credential.slice(0, credential.lastIndexOf('_') + 5)}…${credential.slice(-4)}`;
}

/** Compares in time that does not depend on where two texts differ. */
export function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function checksum(body: string): string {
  let rest = crc32(body);
  let text = '';
  for (let n = 0; n < CHECKSUM_CHARS; n++) {
    text = ALPHABET[rest % 62]! + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}

function base62(length: number, random: RandomBytes): string {
  let text = '';
  while (text.length < length) {
    for (const byte of random(length)) {
      // 248 is the largest multiple of 62 in a byte; above it the first characters would come more often.
      if (byte < 248 && text.length < length) text += ALPHABET[byte % 62];
    }
  }
  return text;
}
