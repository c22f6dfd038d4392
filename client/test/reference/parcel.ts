/** Parcels: sealed chunks of an attachment, 262 144 bytes (docs/protocol.md §7). */
import * as aead from '../../src/crypto/aead.ts';
import { ByteReader, concat, equal, isZero, pad } from '../../src/crypto/encoding.ts';
import { Refused } from '../../src/crypto/errors.ts';
import { checkFrame } from '../../src/crypto/shape.ts';
import { contentKey } from '../../src/crypto/slots.ts';

export const PARCEL_SIZE = 262_144;
const HEADER_SIZE = 64;
const PLAINTEXT_SIZE = PARCEL_SIZE - HEADER_SIZE - aead.TAG_SIZE;
const MAGIC = Uint8Array.of(0x52, 0x50, 0x50, 0x31); // "RPP1"

/** Seals a plaintext `u32 n ‖ n bytes ‖ …`, filled with zero bytes. */
export function sealParcel(key: Uint8Array, deployment: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const { bodyKey, commitment } = contentKey(key);
  const header = concat(MAGIC, deployment, new Uint8Array(12), commitment);
  return concat(header, aead.seal(bodyKey, header, pad(plaintext, PLAINTEXT_SIZE)));
}

/** The content. Throws `length`, `magic`, `schema`, `deployment`, `commitment`, `body`. */
export function openParcel(bytes: Uint8Array, key: Uint8Array, deployment: Uint8Array): Uint8Array {
  checkFrame(bytes, PARCEL_SIZE, MAGIC);
  if (!isZero(bytes.subarray(20, 32))) throw new Refused('schema', 'header of a parcel');
  if (!equal(bytes.subarray(4, 20), deployment)) throw new Refused('deployment', 'parcel of another deployment');
  const { bodyKey, commitment } = contentKey(key);
  if (!equal(bytes.subarray(32, HEADER_SIZE), commitment)) throw new Refused('commitment', 'another key');
  const plaintext = aead.open(bodyKey, bytes.subarray(0, HEADER_SIZE), bytes.subarray(HEADER_SIZE));
  if (plaintext === null) throw new Refused('body', 'does not open under its own key');
  const reader = new ByteReader(plaintext);
  const content = reader.take(reader.integer(4));
  reader.onlyZerosLeft();
  return content;
}
