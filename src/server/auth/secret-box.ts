import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { makeFolder } from '../make-folder.ts';
import { StartError } from '../start-error.ts';
import type { SettingStore } from '../store/store.ts';

const PREFIX = 'sealed.v1.';
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** The key's file in the data folder. */
export const SECRET_KEY_FILE = 'secret.key';

/**
 * Keeps secrets that must be read again (they sign) out of the database's plain sight: AES-256-GCM under a key that
 * is not in the database. A copy of the database alone signs nothing.
 */
export interface SecretBox {
  seal(text: string): string;
  /** Text that was never sealed (stored by version 0.1.0) is given as it is. @throws Error when the key is another one */
  open(sealed: string): string;
}

/** @param key 32 bytes */
export function secretBox(key: Uint8Array): SecretBox {
  return {
    seal(text) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return PREFIX + Buffer.concat([iv, body, cipher.getAuthTag()]).toString('base64url');
    },
    open(sealed) {
      if (!sealed.startsWith(PREFIX)) return sealed;
      const bytes = Buffer.from(sealed.slice(PREFIX.length), 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      const body = decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES));
      return Buffer.concat([body, decipher.final()]).toString('utf8');
    },
  };
}

/** Whether this was sealed. */
export const isSealed = (text: string): boolean => text.startsWith(PREFIX);

/**
 * The installation's box: under `ASSISTERS_SECRET_KEY` where it is set, else under a key in the data folder, made at
 * the first start and readable by its owner only. Servers that share a database need the same key, so they set it.
 */
export function openSecretBox(config: Pick<Config, 'dataDir' | 'secretKey'>): SecretBox {
  if (config.secretKey !== null) return secretBox(createHash('sha256').update(config.secretKey).digest());
  makeFolder(config.dataDir);
  const file = join(config.dataDir, SECRET_KEY_FILE);
  if (!existsSync(file)) {
    // `wx`: of two that start at once one makes it, and both read that one.
    try {
      writeFileSync(file, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  chmodSync(file, 0o600);
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64');
  if (key.length !== 32)
    throw new StartError(`${file} is damaged: expected 32 bytes in base64. Put back a copy of it.`);
  return secretBox(key);
}

/**
 * Sees to it that the box is the one this database was written with.
 *
 * @throws StartError
 */
export async function checkSecretBox(box: SecretBox, settings: SettingStore): Promise<void> {
  const name = 'secret_check';
  const known = await settings.get(name);
  if (known === null) return settings.set(name, box.seal(name));
  try {
    if (box.open(known) === name) return;
  } catch {}
  throw new StartError(
    'The secrets in the database were sealed with another key. Set ASSISTERS_SECRET_KEY to the one it was started with ' +
      `before, or put the file ${SECRET_KEY_FILE} back into the data folder.`,
  );
}
