/**
 * X-Wing, draft-connolly-cfrg-xwing-kem: X25519 with ML-KEM-768 (docs/protocol.md §1). Put together here from noble's two
 * halves, because its own combination computes the ephemeral X25519 key twice and the key pair again at every opening.
 */
import { x25519 } from '@noble/curves/ed25519.js';
import { sha3_256, shake256 } from '@noble/hashes/sha3.js';
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js';
import { concat } from './encoding.ts';
import { Refused } from './errors.ts';

export const SEED_SIZE = 32;
export const PUBLIC_KEY_SIZE = 1216;
export const CIPHERTEXT_SIZE = 1120;
export const SHARED_SECRET_SIZE = 32;
/** Randomness of one encapsulation. */
export const ENCAPSULATION_SEED_SIZE = 64;

const ML_KEM_PUBLIC_KEY_SIZE = 1184;
const ML_KEM_CIPHERTEXT_SIZE = 1088;
const ML_KEM_SEED_SIZE = 64;
const EXPANDED_SIZE = 96;
/** `\.//^\` of the draft. */
const COMBINER_LABEL = Uint8Array.of(0x5c, 0x2e, 0x2f, 0x2f, 0x5e, 0x5c);

/** A recipient: the public key, and the two secret halves expanded once from the seed. */
export interface KeyPair {
  /** 1216 bytes. */
  readonly publicKey: Uint8Array;
  /** 2400 bytes. */
  readonly mlKemSecretKey: Uint8Array;
  /** 32 bytes. */
  readonly x25519SecretKey: Uint8Array;
}

export interface Encapsulation {
  /** 1120 bytes. */
  readonly ciphertext: Uint8Array;
  /** 32 bytes. */
  readonly sharedSecret: Uint8Array;
}

/** The key pair of a 32-byte seed. */
export function keyPair(seed: Uint8Array): KeyPair {
  if (seed.length !== SEED_SIZE) throw new RangeError('KEM seed: not 32 bytes');
  const expanded = shake256(seed, { dkLen: EXPANDED_SIZE });
  const mlKem = ml_kem768.keygen(expanded.subarray(0, ML_KEM_SEED_SIZE));
  const x25519SecretKey = expanded.slice(ML_KEM_SEED_SIZE);
  const publicKey = concat(mlKem.publicKey, x25519.getPublicKey(x25519SecretKey));
  return { publicKey, mlKemSecretKey: mlKem.secretKey, x25519SecretKey };
}

/**
 * A fresh shared secret for `theirPublicKey` (1216 bytes) from 64 random bytes. Throws `length` for a key of another size
 * and `encoding` for one that is not the spelling of a key: ML-KEM coefficients not reduced, X25519 point of small order.
 */
export function encapsulate(theirPublicKey: Uint8Array, seed: Uint8Array): Encapsulation {
  if (theirPublicKey.length !== PUBLIC_KEY_SIZE) throw new Refused('length', 'KEM public key');
  if (seed.length !== ENCAPSULATION_SEED_SIZE) throw new RangeError('encapsulation seed: not 64 bytes');
  const theirPoint = theirPublicKey.subarray(ML_KEM_PUBLIC_KEY_SIZE);
  const ephemeral = seed.subarray(SEED_SIZE);
  try {
    const mlKem = ml_kem768.encapsulate(theirPublicKey.subarray(0, ML_KEM_PUBLIC_KEY_SIZE), seed.subarray(0, SEED_SIZE));
    const point = x25519.getPublicKey(ephemeral);
    const product = x25519.getSharedSecret(ephemeral, theirPoint);
    const sharedSecret = combine(mlKem.sharedSecret, product, point, theirPoint);
    return { ciphertext: concat(mlKem.cipherText, point), sharedSecret };
  } catch {
    throw new Refused('encoding', 'KEM public key');
  }
}

/**
 * The shared secret (32 bytes) of a ciphertext (1120 bytes); of one made for somebody else, a secret nobody knows. Throws
 * `length` for another size and `encoding` for an X25519 point of small order, which no honest sender makes.
 */
export function decapsulate(own: KeyPair, ciphertext: Uint8Array): Uint8Array {
  if (ciphertext.length !== CIPHERTEXT_SIZE) throw new Refused('length', 'KEM ciphertext');
  const point = ciphertext.subarray(ML_KEM_CIPHERTEXT_SIZE);
  let product: Uint8Array;
  try {
    product = x25519.getSharedSecret(own.x25519SecretKey, point);
  } catch {
    throw new Refused('encoding', 'KEM ciphertext');
  }
  const shared = ml_kem768.decapsulate(ciphertext.subarray(0, ML_KEM_CIPHERTEXT_SIZE), own.mlKemSecretKey);
  return combine(shared, product, point, own.publicKey.subarray(ML_KEM_PUBLIC_KEY_SIZE));
}

function combine(mlKem: Uint8Array, product: Uint8Array, point: Uint8Array, publicPoint: Uint8Array): Uint8Array {
  return sha3_256(concat(mlKem, product, point, publicPoint, COMBINER_LABEL));
}
