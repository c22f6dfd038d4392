/** XChaCha20-Poly1305 under keys that seal exactly one plaintext, hence with a nonce of zeros (docs/protocol.md §1). */
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';

export const KEY_SIZE = 32;
export const TAG_SIZE = 16;

const ZERO_NONCE_SIZE = 24;

/** Ciphertext and tag, `plaintext.length + 16` bytes. `key` (32 bytes) MUST NOT seal anything else. */
export function seal(key: Uint8Array, additional: Uint8Array, plaintext: Uint8Array): Uint8Array {
  return xchacha20poly1305(key, new Uint8Array(ZERO_NONCE_SIZE), additional).encrypt(plaintext);
}

/** The plaintext, or null when key, additional data, ciphertext or tag is not the one that sealed it. */
export function open(key: Uint8Array, additional: Uint8Array, ciphertext: Uint8Array): Uint8Array | null {
  if (ciphertext.length < TAG_SIZE) return null;
  try {
    return xchacha20poly1305(key, new Uint8Array(ZERO_NONCE_SIZE), additional).decrypt(ciphertext);
  } catch {
    return null;
  }
}
