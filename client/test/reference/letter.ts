/** Opening a letter with a member's key (docs/protocol.md §4). */
import * as aead from '../../src/crypto/aead.ts';
import { ByteReader, equal } from '../../src/crypto/encoding.ts';
import { Refused } from '../../src/crypto/errors.ts';
import { checkPlace, readEvents, type Event } from '../../src/crypto/event.ts';
import type { KeyPair } from '../../src/crypto/kem.ts';
import { BALLOT_CONTENT, MEMBERS_CONTENT, THREAD_CONTENT } from '../../src/crypto/letter.ts';
import { readThreadBlock, THREAD_BLOCK_SIZE, type Thread } from '../../src/crypto/receipt.ts';
import { LETTER_HEADER_SIZE, readLetter, type LetterShape } from '../../src/crypto/shape.ts';
import { contentKey, openSlot, SLOT, SLOT_SIZE, type ContentKey, type Payload } from '../../src/crypto/slots.ts';

export type Opened =
  | {
      readonly is: 'thread';
      readonly payload: Payload;
      readonly key: ContentKey;
      readonly thread: Thread;
      readonly events: Event[];
    }
  | { readonly is: 'ballot'; readonly payload: Payload; readonly key: ContentKey; readonly wire: Uint8Array }
  | { readonly is: 'members'; readonly payload: Payload; readonly key: ContentKey; readonly events: Event[] }
  | { readonly is: 'watch'; readonly payload: Payload };

/** Throws `length`, `magic`, `schema`, `deployment`, `not-for-me`, `commitment`, `body`, `encoding`, `thread`. */
export function openLetter(bytes: Uint8Array, own: KeyPair, deployment: Uint8Array): Opened {
  const shape = readLetter(bytes);
  if (!equal(shape.deployment, deployment)) throw new Refused('deployment', 'letter of another deployment');
  const payload = ownSlot(bytes, shape, own);
  if (payload.type !== SLOT.reader) return { is: 'watch', payload };
  const key = contentKey(payload.secret);
  const front = bytes.subarray(0, LETTER_HEADER_SIZE + shape.slots * SLOT_SIZE);
  const padded = aead.open(key.bodyKey, front, bytes.subarray(front.length));
  if (padded === null) throw new Refused('body', 'does not open under its own key');
  const reader = new ByteReader(padded);
  const type = reader.integer(1);
  const content = reader.take(reader.integer(2)).slice();
  reader.onlyZerosLeft();
  if (type === BALLOT_CONTENT) return { is: 'ballot', payload, key, wire: content };
  if (type === MEMBERS_CONTENT) return { is: 'members', payload, key, events: readMembersContent(content, deployment) };
  if (type !== THREAD_CONTENT) throw new Refused('body', 'unknown content');
  return { is: 'thread', payload, key, ...readThreadContent(content, deployment) };
}

function readThreadContent(content: Uint8Array, deployment: Uint8Array): { thread: Thread; events: Event[] } {
  const reader = new ByteReader(content);
  const thread = readThreadBlock(reader.take(THREAD_BLOCK_SIZE));
  const events = readEvents(reader);
  if (reader.left > 0) throw new Refused('body', 'bytes after the last event');
  for (const event of events) checkPlace(event, { deployment, thread: thread.id });
  return { thread, events };
}

function readMembersContent(content: Uint8Array, deployment: Uint8Array): Event[] {
  const reader = new ByteReader(content);
  const events = readEvents(reader);
  if (reader.left > 0) throw new Refused('body', 'bytes after the last event');
  for (const event of events) checkPlace(event, { deployment, thread: event.thread });
  return events;
}

function ownSlot(bytes: Uint8Array, shape: LetterShape, own: KeyPair): Payload {
  const header = bytes.subarray(0, LETTER_HEADER_SIZE);
  let unbound = false;
  for (let slot = 0; slot < shape.slots; slot++) {
    const start = LETTER_HEADER_SIZE + slot * SLOT_SIZE;
    const payload = openSlot(header, bytes.subarray(start, start + SLOT_SIZE), own);
    if (payload === null) continue;
    if (payload.type !== SLOT.reader || equal(contentKey(payload.secret).commitment, shape.commitment)) return payload;
    unbound = true;
  }
  throw new Refused(unbound ? 'commitment' : 'not-for-me', 'no slot');
}
