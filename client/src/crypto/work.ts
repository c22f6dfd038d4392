/** Proof of work on a submission (docs/protocol.md §13). */
import { concat, uint } from './encoding.ts';
import { Refused } from './errors.ts';
import { derive, LABELS, NOTHING } from './hashing.ts';

/**
 * The smallest nonce of first…first+tries−1 whose hash starts with `bits` zero bits, or null. About 2^bits hashes; call it
 * in slices so that the page stays alive.
 */
export function find(letterId: Uint8Array, cellId: Uint8Array, bits: number, first = 0, tries = Infinity): number | null {
  for (let nonce = first; nonce < first + tries; nonce++) {
    if (isEnough(nonce, letterId, cellId, bits)) return nonce;
  }
  return null;
}

/** Throws `proof-of-work` unless the hash over nonce and ids (32 bytes each) starts with `bits` zero bits. */
export function check(nonce: number, letterId: Uint8Array, cellId: Uint8Array, bits: number): void {
  if (!isEnough(nonce, letterId, cellId, bits)) throw new Refused('proof-of-work', 'not enough');
}

function isEnough(nonce: number, letterId: Uint8Array, cellId: Uint8Array, bits: number): boolean {
  const digest = derive(LABELS.proofOfWork, NOTHING, concat(uint(nonce, 8), letterId, cellId), 32);
  const whole = bits >> 3;
  return digest.subarray(0, whole).every((byte) => byte === 0) && (bits % 8 === 0 || digest[whole]! >> (8 - (bits % 8)) === 0);
}
