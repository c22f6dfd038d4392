/** Outer fields of sealed objects, which anyone can see, the site included (docs/protocol.md §4, §6). */
import * as aead from './aead.ts';
import { concat, equal, isZero, uint } from './encoding.ts';
import { Refused } from './errors.ts';
import { derive, LABELS, NOTHING } from './hashing.ts';
import { SLOT_SIZE } from './slots.ts';

export const DEPLOYMENT_SIZE = 16;
export const LETTER_SIZE = 32_768;
export const LETTER_HEADER_SIZE = 64;
export const CELL_SIZE = 4_096;
export const CELL_HEADER_SIZE = 96;
/** Padded plaintext of a cell. */
export const CELL_BODY_SIZE = CELL_SIZE - CELL_HEADER_SIZE - SLOT_SIZE - aead.TAG_SIZE; // 2768
export const INTAKE_VOLUME = 0;
export const LEAST_SLOTS = 4;
export const MOST_SLOTS = 16;

const LETTER_MAGIC = Uint8Array.of(0x52, 0x50, 0x4c, 0x31); // "RPL1"
const CELL_MAGIC = Uint8Array.of(0x52, 0x50, 0x43, 0x31); // "RPC1"

export interface LetterShape {
  readonly deployment: Uint8Array;
  readonly rosterVersion: number;
  readonly slots: number;
  readonly commitment: Uint8Array;
}

export interface CellShape {
  readonly deployment: Uint8Array;
  /** A year on the board, 0 for an intake cell. */
  readonly volume: number;
  readonly shard: number;
  /** 16 bytes. */
  readonly tag: Uint8Array;
  /** 16 bytes. */
  readonly watchTag: Uint8Array;
  /** 32 bytes. */
  readonly commitment: Uint8Array;
}

/** Name of a letter, cell or parcel: 32 bytes from all of its bytes (§4). */
export function objectId(bytes: Uint8Array): Uint8Array {
  return derive(LABELS.objectId, NOTHING, bytes, 32);
}

/** Bytes of padded plaintext in a letter of so many slots: 18 096 for 12. */
export function letterBodySize(slots: number): number {
  return LETTER_SIZE - LETTER_HEADER_SIZE - slots * SLOT_SIZE - aead.TAG_SIZE;
}

/** The first 64 bytes of a letter. */
export function letterHeader(shape: LetterShape): Uint8Array {
  const fields = [uint(shape.rosterVersion, 4), uint(shape.slots, 1), new Uint8Array(7), shape.commitment];
  return concat(LETTER_MAGIC, shape.deployment, ...fields);
}

/** The first 96 bytes of a cell. */
export function cellHeader(shape: CellShape): Uint8Array {
  const place = [shape.deployment, uint(shape.volume, 2), uint(shape.shard, 2)];
  return concat(CELL_MAGIC, ...place, shape.tag, shape.watchTag, new Uint8Array(8), shape.commitment);
}

/** Outer fields of 32 768 bytes. Throws `length`, `magic`, `schema`. */
export function readLetter(bytes: Uint8Array): LetterShape {
  checkFrame(bytes, LETTER_SIZE, LETTER_MAGIC);
  const slots = bytes[24]!;
  if (slots < LEAST_SLOTS || slots > MOST_SLOTS || !isZero(bytes.subarray(25, 32))) {
    throw new Refused('schema', 'header of a letter');
  }
  const rosterVersion = new DataView(bytes.buffer, bytes.byteOffset).getUint32(20);
  return { deployment: bytes.slice(4, 20), rosterVersion, slots, commitment: bytes.slice(32, 64) };
}

/** Outer fields of 4 096 bytes. Throws `length`, `magic`, `schema`. */
export function readCell(bytes: Uint8Array): CellShape {
  checkFrame(bytes, CELL_SIZE, CELL_MAGIC);
  if (!isZero(bytes.subarray(56, 64))) throw new Refused('schema', 'header of a cell');
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return {
    deployment: bytes.slice(4, 20),
    volume: view.getUint16(20),
    shard: view.getUint16(22),
    tag: bytes.slice(24, 40),
    watchTag: bytes.slice(40, 56),
    commitment: bytes.slice(64, 96),
  };
}

/** Throws `length` or `magic` unless `bytes` are of this size and start. */
export function checkFrame(bytes: Uint8Array, size: number, magic: Uint8Array): void {
  if (bytes.length !== size) throw new Refused('length', `not ${size} bytes`);
  if (!equal(bytes.subarray(0, magic.length), magic)) throw new Refused('magic', 'another format or suite');
}
