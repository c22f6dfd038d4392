/** Content keys and the slots they are sealed into (docs/protocol.md §4). */
import * as aead from './aead.ts';
import { concat, isZero } from './encoding.ts';
import { derive, LABELS, NOTHING } from './hashing.ts';
import * as kem from './kem.ts';

/** Randomness of `size` bytes: `crypto.getRandomValues` in a browser, seeded in tests. */
export type Random = (size: number) => Uint8Array;

export const PAYLOAD_SIZE = 80;
export const SHARE_SIZE = 33;
export const SLOT_SIZE = kem.CIPHERTEXT_SIZE + PAYLOAD_SIZE + aead.TAG_SIZE; // 1216

const SECRET_SIZE = 32;
const FILLING_SIZE = PAYLOAD_SIZE - 1 - SECRET_SIZE - SHARE_SIZE; // 14

/** What a slot is for. */
export const SLOT = { reader: 1, watchReport: 2, watchMessage: 3 } as const;
export type SlotType = (typeof SLOT)[keyof typeof SLOT];

/** What a slot tells its recipient. */
export interface Payload {
  readonly type: SlotType;
  /** Content key, or watch token for a witness: 32 bytes. */
  readonly secret: Uint8Array;
  /** Share of an identity, or random: 33 bytes. */
  readonly share: Uint8Array;
}

/** What derives from a content key, 32 bytes each. */
export interface ContentKey {
  readonly key: Uint8Array;
  readonly deletionToken: Uint8Array;
  readonly commitment: Uint8Array;
  readonly bodyKey: Uint8Array;
}

/** The derived values of a 32-byte content key. */
export function contentKey(key: Uint8Array): ContentKey {
  const deletionToken = derive(LABELS.deletionToken, key, NOTHING, 32);
  const commitment = derive(LABELS.commitment, NOTHING, deletionToken, 32);
  return { key, deletionToken, commitment, bodyKey: derive(LABELS.body, key, NOTHING, 32) };
}

/** 1216 bytes that only the holder of `theirPublicKey` can open, below this header. Throws as `kem.encapsulate`. */
export function sealSlot(header: Uint8Array, theirPublicKey: Uint8Array, payload: Payload, random: Random): Uint8Array {
  const filling = new Uint8Array(FILLING_SIZE);
  const plaintext = concat(Uint8Array.of(payload.type), payload.secret, payload.share, filling);
  return sealPlaintext(header, theirPublicKey, plaintext, random);
}

/** A public key (1216 bytes) for one unused slot: its private half is gone as soon as it is made. */
export function throwawayKey(random: Random): Uint8Array {
  return kem.keyPair(random(kem.SEED_SIZE)).publicKey;
}

/** A slot that nobody can open: a real encapsulation, because random bytes would be recognisable. */
export function sealUnusedSlot(header: Uint8Array, random: Random, theirs: Uint8Array = throwawayKey(random)): Uint8Array {
  return sealPlaintext(header, theirs, random(PAYLOAD_SIZE), random);
}

function sealPlaintext(header: Uint8Array, theirPublicKey: Uint8Array, plaintext: Uint8Array, random: Random): Uint8Array {
  const { ciphertext, sharedSecret } = kem.encapsulate(theirPublicKey, random(kem.ENCAPSULATION_SEED_SIZE));
  return concat(ciphertext, aead.seal(wrapKey(sharedSecret, header, theirPublicKey, ciphertext), NOTHING, plaintext));
}

/** What the slot (1216 bytes) says to `own`, or null when it is for somebody else or of no known form. */
export function openSlot(header: Uint8Array, slot: Uint8Array, own: kem.KeyPair): Payload | null {
  const plaintext = openPlaintext(header, slot, own);
  if (plaintext === null) return null;
  const type = plaintext[0]!;
  if (!isSlotType(type) || !isZero(plaintext.subarray(PAYLOAD_SIZE - FILLING_SIZE))) return null;
  const secret = plaintext.slice(1, 1 + SECRET_SIZE);
  return { type, secret, share: plaintext.slice(1 + SECRET_SIZE, PAYLOAD_SIZE - FILLING_SIZE) };
}

function openPlaintext(header: Uint8Array, slot: Uint8Array, own: kem.KeyPair): Uint8Array | null {
  const ciphertext = slot.subarray(0, kem.CIPHERTEXT_SIZE);
  let sharedSecret: Uint8Array;
  try {
    sharedSecret = kem.decapsulate(own, ciphertext);
  } catch {
    return null;
  }
  const key = wrapKey(sharedSecret, header, own.publicKey, ciphertext);
  return aead.open(key, NOTHING, slot.subarray(kem.CIPHERTEXT_SIZE));
}

function wrapKey(sharedSecret: Uint8Array, header: Uint8Array, publicKey: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  return derive(LABELS.wrap, sharedSecret, concat(header, publicKey, ciphertext), 32);
}

function isSlotType(type: number): type is SlotType {
  return type === SLOT.reader || type === SLOT.watchReport || type === SLOT.watchMessage;
}
