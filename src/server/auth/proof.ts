import { createHash, createHmac } from 'node:crypto';
import { PROOF, zeroBits } from '../../protocol/proof.ts';
import { newId, type RandomBytes, sameText } from './credentials.ts';

/**
 * A task for a caller who asks for more than usual: find a number that, with the task, hashes to so many zero bits. Costs a
 * visitor's machine a second and a script as much each time. The server keeps nothing of it: the task is signed.
 *
 * @param subject whom it is for: another address or key cannot use it
 * @param bits zero bits that are asked for
 */
export function makeChallenge(
  subject: string,
  bits: number,
  secret: string,
  nowMs: number,
  random: RandomBytes,
): string {
  const head = `${Math.floor(nowMs / 1000) + PROOF.seconds}.${bits}.${newId('', random)}`;
  return `${head}.${sign(head, subject, secret)}`;
}

/**
 * Reads a proof: `<challenge>:<number>`. Gives when its challenge ends (unix milliseconds), or `null` when it was not made
 * for this subject, has ended or is not solved.
 */
export function readProof(proof: string, subject: string, secret: string, nowMs: number): number | null {
  const parts = /^((\d{1,12})\.(\d{1,2})\.\w{1,64})\.([\w-]{1,64}):\d{1,16}$/.exec(proof);
  if (!parts) return null;
  const [, head, ends, bits, mac] = parts as unknown as [string, string, string, string, string];
  if (!sameText(mac, sign(head, subject, secret)) || nowMs >= Number(ends) * 1000) return null;
  return zeroBits(createHash('sha256').update(proof).digest()) >= Number(bits) ? Number(ends) * 1000 : null;
}

function sign(head: string, subject: string, secret: string): string {
  return createHmac('sha256', secret).update(`proof:${head}:${subject}`).digest('base64url');
}
