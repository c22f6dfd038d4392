/** What sealing promises and vectors cannot say: fresh randomness, random order, and limits on the sender's side. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as aead from '../src/crypto/aead.ts';
import { sealCell } from '../src/crypto/cell.ts';
import { concat, utf8 } from '../src/crypto/encoding.ts';
import { Refused, type Reason } from '../src/crypto/errors.ts';
import { sign, type Event } from '../src/crypto/event.ts';
import { derive, LABELS, NOTHING } from '../src/crypto/hashing.ts';
import * as kem from '../src/crypto/kem.ts';
import { sealLetter, THREAD_CONTENT, threadContent, typedContent } from '../src/crypto/letter.ts';
import { boardKey, watchToken } from '../src/crypto/receipt.ts';
import { openSlot, SLOT, SLOT_SIZE } from '../src/crypto/slots.ts';
import { submission } from '../src/crypto/submission.ts';
import { hex, seeded } from '../tools/vectors/case.ts';
import {
  anna,
  bo,
  deployment,
  exclusionEvent,
  reportEvent,
  reporter,
  reporterDraft,
  stranger,
} from '../tools/vectors/world.ts';

const FRAME = { deployment, rosterVersion: 1, slots: 4 };
const PLACE = { deployment, volume: 2026, shard: 0 };
const CONTENT = threadContent(reporter.thread, [reportEvent]);
const random = seeded('sealing');

function letter(readers = [anna]): Uint8Array {
  const to = readers.map((who) => ({ publicKey: who.keys.kem.publicKey, type: SLOT.reader }));
  return sealLetter(FRAME, to, watchToken(reporter.thread), CONTENT, random).bytes;
}

function slotsOf(bytes: Uint8Array): Uint8Array[] {
  return [0, 1, 2, 3].map((slot) => bytes.slice(64 + slot * 1216, 64 + (slot + 1) * 1216));
}

function refuses(reason: Reason, attempt: () => unknown): void {
  assert.throws(attempt, (error) => error instanceof Refused && error.reason === reason);
}

test('the same content sealed twice has nothing in common but the header', () => {
  const [first, second] = [letter(), letter()];
  assert.equal(hex(first.slice(0, 32)), hex(second.slice(0, 32)));
  const pieces = (bytes: Uint8Array) => [bytes.slice(32, 64), ...slotsOf(bytes), bytes.slice(-64)].map(hex);
  assert.equal(new Set([...pieces(first), ...pieces(second)]).size, 12);
});

test('a reader stands in every slot about equally often', () => {
  const counts = [0, 0, 0, 0];
  for (let round = 0; round < 80; round++) {
    const bytes = letter([anna, bo]);
    const found = slotsOf(bytes).findIndex((slot) => openSlot(bytes.subarray(0, 64), slot, anna.keys.kem) !== null);
    counts[found]!++;
  }
  assert(
    counts.every((count) => count >= 8 && count <= 36),
    `slots ${counts.join(' ')}`,
  );
});

test('content of a letter: events of its thread, at most 255, at most 65 535 bytes', () => {
  const foreign = sign(reporterDraft({ thread: stranger.thread.id }), stranger.signSeed);
  refuses('thread', () => threadContent(reporter.thread, [reportEvent, foreign]));
  refuses('length', () => threadContent(reporter.thread, Array<Event>(256).fill(exclusionEvent)));
  refuses('length', () => typedContent(1, new Uint8Array(65_536)));
});

test('a cell takes at most 255 events', () => {
  const events = Array<Event>(256).fill(exclusionEvent);
  refuses('length', () => sealCell(PLACE, boardKey(reporter.thread), random(16), reporter.thread.kemPublicKey, events, random));
});

test('a submission takes one whole letter and one whole cell', () => {
  const cell = sealCell(PLACE, boardKey(reporter.thread), random(16), reporter.thread.kemPublicKey, [], random).bytes;
  assert.equal(submission(0, letter(), cell).length, 36_876);
  refuses('length', () => submission(0, letter().slice(1), cell));
  refuses('length', () => submission(0, letter(), cell.slice(1)));
});

test('an author signs nothing that no reader would take', () => {
  const attempt = (changes: Parameters<typeof reporterDraft>[0]) => () => sign(reporterDraft(changes), reporter.signSeed);
  refuses('length', attempt({ kind: 'of-the-future', body: { text: 'x'.repeat(65_536) } }));
  refuses('schema', attempt({ body: { parcels: [], text: '' } }));
  refuses('kind', attempt({ kind: 'note', body: { text: 'x' } }));
  refuses('schema', attempt({ seq: 0 }));
  refuses('encoding', attempt({ body: { parcels: [], text: 'x\ud800' } }));
  refuses('encoding', () => utf8('\udc00'));
});

test('keys made ahead are sealed to once each, and what is missing is made on the spot', () => {
  const ahead = [kem.keyPair(random(kem.SEED_SIZE)), kem.keyPair(random(kem.SEED_SIZE))];
  const frame = { deployment, rosterVersion: 1, slots: 6 };
  const recipients = [{ publicKey: anna.keys.kem.publicKey, type: SLOT.reader }];
  const content = typedContent(THREAD_CONTENT, utf8('x'));
  const { bytes } = sealLetter(frame, recipients, new Uint8Array(32), content, random, ahead.map(({ publicKey }) => publicKey));
  const header = bytes.subarray(0, 64);
  const slots = Array.from({ length: frame.slots }, (_, place) => bytes.subarray(64 + place * SLOT_SIZE, 64 + (place + 1) * SLOT_SIZE));
  for (const own of [...ahead, anna.keys.kem]) {
    const opened = slots.filter((slot) => {
      const ciphertext = slot.subarray(0, kem.CIPHERTEXT_SIZE);
      const key = derive(LABELS.wrap, kem.decapsulate(own, ciphertext), concat(header, own.publicKey, ciphertext), 32);
      return aead.open(key, NOTHING, slot.subarray(kem.CIPHERTEXT_SIZE)) !== null;
    });
    assert.equal(opened.length, 1);
  }
});
