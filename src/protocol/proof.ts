/**
 * Proof of work. A refusal by a limit may carry `details.challenge`; who answers it is let in all the same, up to the next
 * limit. The answer is `<challenge>:<n>`, in the header `X-Assisters-Proof` of the same request, with a whole number `n`
 * for which the SHA-256 of the whole text begins with as many zero bits as the challenge's second part says.
 */
export const PROOF = {
  /** Zero bits at first, and at most: about 32,000 and a million hashes. */
  bits: { least: 15, most: 20 },
  /** A challenge is good for this long. */
  seconds: 300,
} as const;

/** Zero bits that a hash begins with. */
export function zeroBits(hash: Uint8Array): number {
  let bits = 0;
  for (const byte of hash) {
    if (byte !== 0) return bits + Math.clz32(byte) - 24;
    bits += 8;
  }
  return bits;
}
