/** What sealing promises and vectors cannot say: fresh randomness, random order, and limits on the sender's side. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sealCell } from '../src/crypto/cell.ts';
import { utf8 } from '../src/crypto/encoding.ts';
import { Refused, type Reason } from '../src/crypto/errors.ts';
import { sign, type Event } from '../src/crypto/event.ts';
import { sealLetter, threadContent, typedContent } from '../src/crypto/letter.ts';
import { boardKey, watchToken } from '../src/crypto/receipt.ts';
import { openSlot, SLOT } from '../src/crypto/slots.ts';
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
