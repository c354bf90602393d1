import { zeroBits } from '../../protocol/proof.ts';

/** Hashes asked for at once: the platform makes them off the page's thread. */
const BATCH = 256;

/**
 * Answers a challenge of the server (`protocol/proof.ts`). About a second, during which the page stays responsive: digests
 * are asynchronous, so it needs no worker, which a page's content security policy may forbid.
 *
 * @returns `null` where there are no digests (plain http), for text that is no challenge, and when `signal` aborts
 */
export async function solve(challenge: string, signal?: AbortSignal): Promise<string | null> {
  const bits = Number(challenge.split('.')[1]);
  const { subtle } = globalThis.crypto ?? {};
  if (!subtle || !(bits >= 0 && bits <= 24)) return null;
  const utf8 = new TextEncoder();
  for (let from = 0; !signal?.aborted; from += BATCH) {
    const proofs = Array.from({ length: BATCH }, (_, n) => `${challenge}:${from + n}`);
    const hashes = await Promise.all(proofs.map((proof) => subtle.digest('SHA-256', utf8.encode(proof))));
    const found = hashes.findIndex((hash) => zeroBits(new Uint8Array(hash)) >= bits);
    if (found !== -1) return proofs[found]!;
  }
  return null;
}
