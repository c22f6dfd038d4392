/** Cells: sealed answers that only their reporter recognises, and the reporter's own intake cell (docs/protocol.md §6). */
import * as aead from './aead.ts';
import { ByteReader, concat, equal, pad, uint } from './encoding.ts';
import { Refused } from './errors.ts';
import { checkPlace, readEvents, type Event, type Place } from './event.ts';
import { derive, LABELS } from './hashing.ts';
import type { KeyPair } from './kem.ts';
import { CELL_BODY_SIZE, CELL_HEADER_SIZE, cellHeader, readCell } from './shape.ts';
import { contentKey, openSlot, sealSlot, SHARE_SIZE, SLOT, SLOT_SIZE, type ContentKey, type Random } from './slots.ts';

export const TAG_SIZE = 16;
/** What a watch tag tells a witness. */
export const PURPOSE = { answer: 1, conclusion: 2 } as const;
export type Purpose = (typeof PURPOSE)[keyof typeof PURPOSE];

const HALF_TAG_SIZE = 8;

/** Where a cell stands, in clear. */
export interface CellPlace {
  /** 16 bytes. */
  readonly deployment: Uint8Array;
  /** A year on the board, 0 for an intake cell. */
  readonly volume: number;
  readonly shard: number;
}

export interface SealedCell {
  /** 4 096 bytes. */
  readonly bytes: Uint8Array;
  readonly key: ContentKey;
}

/** A new tag (16 bytes) that looks random to all but the holders of the board key (32 bytes). */
export function cellTag(boardKey: Uint8Array, random: Random): Uint8Array {
  const nonce = random(HALF_TAG_SIZE);
  return concat(nonce, derive(LABELS.cellTag, boardKey, nonce, HALF_TAG_SIZE));
}

/** Whether `tag` (16 bytes) was made with this board key. */
export function isTagOf(boardKey: Uint8Array, tag: Uint8Array): boolean {
  const mark = derive(LABELS.cellTag, boardKey, tag.subarray(0, HALF_TAG_SIZE), HALF_TAG_SIZE);
  return equal(mark, tag.subarray(HALF_TAG_SIZE));
}

/** The mark (16 bytes) that tells witnesses with the watch token (32 bytes) of a human answer. */
export function watchTag(watchToken: Uint8Array, purpose: Purpose, random: Random): Uint8Array {
  const nonce = random(HALF_TAG_SIZE);
  return concat(nonce, watchMark(watchToken, nonce, purpose));
}

/** What a watch tag tells about the thread of this token, or null. */
export function watchedPurpose(watchToken: Uint8Array, tag: Uint8Array): Purpose | null {
  const [nonce, mark] = [tag.subarray(0, HALF_TAG_SIZE), tag.subarray(HALF_TAG_SIZE)];
  const found = Object.values(PURPOSE).find((purpose) => equal(mark, watchMark(watchToken, nonce, purpose)));
  return found ?? null;
}

function watchMark(watchToken: Uint8Array, nonce: Uint8Array, purpose: Purpose): Uint8Array {
  return derive(LABELS.watchTag, watchToken, concat(nonce, Uint8Array.of(purpose)), HALF_TAG_SIZE);
}

/**
 * 4 096 bytes for the reporter whose board key (32) and KEM public key (1216) these are. `watch` is a watch tag or 16
 * random bytes. Throws `length` when the events do not fit into 2767 bytes.
 */
export function sealCell(
  place: CellPlace,
  boardKey: Uint8Array,
  watch: Uint8Array,
  kemPublicKey: Uint8Array,
  events: readonly Event[],
  random: Random,
): SealedCell {
  if (events.length > 255) throw new Refused('length', 'more than 255 events');
  const padded = pad(concat(uint(events.length, 1), ...events.map((event) => event.wire)), CELL_BODY_SIZE);
  const key = contentKey(random(32));
  const header = cellHeader({ ...place, tag: cellTag(boardKey, random), watchTag: watch, commitment: key.commitment });
  const payload = { type: SLOT.reader, secret: key.key, share: random(SHARE_SIZE) };
  const front = concat(header, sealSlot(header, kemPublicKey, payload, random));
  return { bytes: concat(front, aead.seal(key.bodyKey, front, padded)), key };
}

/**
 * Events of one's own cell, well formed and of this deployment and thread, but not yet accepted (`event.accept`). Throws
 * `length`, `magic`, `schema`, `deployment`, `not-for-me`, `commitment`, `body`, `encoding`, `thread`.
 */
export function openCell(bytes: Uint8Array, own: KeyPair, place: Place): Event[] {
  const shape = readCell(bytes);
  if (!equal(shape.deployment, place.deployment)) throw new Refused('deployment', 'cell of another deployment');
  const header = bytes.subarray(0, CELL_HEADER_SIZE);
  const front = bytes.subarray(0, CELL_HEADER_SIZE + SLOT_SIZE);
  const payload = openSlot(header, front.subarray(CELL_HEADER_SIZE), own);
  if (payload === null || payload.type !== SLOT.reader) throw new Refused('not-for-me', 'cell of another thread');
  const key = contentKey(payload.secret);
  if (!equal(key.commitment, shape.commitment)) throw new Refused('commitment', 'cell not bound to its key');
  const padded = aead.open(key.bodyKey, front, bytes.subarray(front.length));
  if (padded === null) throw new Refused('body', 'does not open under its own key');
  const reader = new ByteReader(padded);
  const events = readEvents(reader);
  reader.onlyZerosLeft();
  for (const event of events) checkPlace(event, place);
  return events;
}
