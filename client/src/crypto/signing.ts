/** Ed25519 with a purpose before what is signed, verified strictly (docs/protocol.md §1). */
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concat } from './encoding.ts';
import { Refused } from './errors.ts';
import { padLabel, type Label } from './hashing.ts';

export const SIGNATURE_SIZE = 64;
export const PUBLIC_KEY_SIZE = 32;

/** What may stand before a signed text. */
export type SigningLabel = Extract<Label, `rapp1.sig-${string}`>;

/** The public key (32 bytes) of a 32-byte seed. */
export function publicKey(seed: Uint8Array): Uint8Array {
  return ed25519.getPublicKey(seed);
}

/** Signature (64 bytes) by the key of a 32-byte `seed`. */
export function sign(label: SigningLabel, seed: Uint8Array, data: Uint8Array): Uint8Array {
  return ed25519.sign(concat(padLabel(label), data), seed);
}

/**
 * Throws `signature` unless `signature` is by `theirPublicKey` over this label and data: `S` below the group order, `A` and
 * `R` canonical and not of small order, and [S]B = R + [k]A without a cofactor.
 *
 * noble's own `verify` multiplies both sides by the cofactor and lets R of small order pass; libsodium, which Python uses,
 * does neither. So the equation stands here, on noble's points, and both languages take exactly the same signatures.
 */
export function verify(label: SigningLabel, theirPublicKey: Uint8Array, data: Uint8Array, signature: Uint8Array): void {
  if (theirPublicKey.length !== PUBLIC_KEY_SIZE || signature.length !== SIGNATURE_SIZE) {
    throw new Refused('signature', 'of another size');
  }
  if (!holds(theirPublicKey, concat(padLabel(label), data), signature)) throw new Refused('signature', 'does not hold');
}

function holds(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const { Point } = ed25519;
  const commitment = signature.slice(0, PUBLIC_KEY_SIZE);
  const scalar = littleEndian(signature.subarray(PUBLIC_KEY_SIZE));
  if (scalar >= Point.Fn.ORDER) return false;
  try {
    // fromBytes refuses y ≥ p, points off the curve, and x = 0 with the sign bit set.
    const A = Point.fromBytes(publicKey, false);
    const R = Point.fromBytes(commitment, false);
    if (A.isSmallOrder() || R.isSmallOrder()) return false;
    const k = Point.Fn.create(littleEndian(sha512(concat(commitment, publicKey, message))));
    return Point.BASE.multiplyUnsafe(scalar).subtract(A.multiplyUnsafe(k)).equals(R);
  } catch {
    return false;
  }
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
