import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { CREDENTIAL_PREFIX } from '../../protocol/ids.ts';
import {
  type CredentialKind,
  credentialHint,
  credentialKind,
  hashCredential,
  newCredential,
  newId,
} from './credentials.ts';

const KINDS = Object.keys(CREDENTIAL_PREFIX) as CredentialKind[];

describe('credentials', () => {
  test.each(KINDS)('%s: prefix, 43 characters, 6 of checksum', (kind) => {
    const credential = newCredential(kind, randomBytes);
    expect(credential).toMatch(new RegExp(`^${CREDENTIAL_PREFIX[kind]}[0-9A-Za-z]{49}$`));
    expect(credentialKind(credential)).toBe(kind);
  });

  test('a changed character anywhere makes it no credential', () => {
    const credential = newCredential('secretLive', randomBytes);
    for (let at = 0; at < credential.length; at++) {
      const other = credential[at] === 'x' ? 'y' : 'x';
      expect(credentialKind(credential.slice(0, at) + other + credential.slice(at + 1))).toBeNull();
    }
    for (const text of ['', 'sk_live_', `${credential}0`, credential.slice(1), credential.replace('live', 'test')]) {
      expect(credentialKind(text)).toBeNull();
    }
  });

  test('all 62 characters come equally often', () => {
    const counts = new Map<string, number>();
    for (let n = 0; n < 2_000; n++) {
      for (const char of newId('', randomBytes)) counts.set(char, (counts.get(char) ?? 0) + 1);
    }
    expect(counts.size).toBe(62);
    const expected = (2_000 * 22) / 62;
    // Six standard deviations: wrong by chance about once in ten million runs.
    for (const count of counts.values()) expect(Math.abs(count - expected)).toBeLessThan(6 * Math.sqrt(expected));
  });

  test('the hint shows the kind and eight characters of the rest', () => {
    const credential = newCredential('publishableTest', randomBytes);
    expect(credentialHint(credential)).toBe(`${credential.slice(0, 12)}…${credential.slice(-4)}`);
  });

  test('the hash is SHA-256 in hex', () => {
    expect(hashCredential('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});
