import { concat } from '../../src/crypto/encoding.ts';
import type { Reason } from '../../src/crypto/errors.ts';
import { sign, type Event } from '../../src/crypto/event.ts';
import { sealLetter, threadContent, typedContent, BALLOT_CONTENT, type Recipient } from '../../src/crypto/letter.ts';
import { threadBlock, watchToken } from '../../src/crypto/receipt.ts';
import { objectId } from '../../src/crypto/shape.ts';
import { openSlot, SLOT } from '../../src/crypto/slots.ts';
import { openLetter, type Opened } from '../../test/reference/letter.ts';
import { pseudonym, signBallot } from '../../test/reference/ballot.ts';
import { Cases, flip, hex, seeded, type Case, type Fields } from './case.ts';
import { CraftedCases, openCrafted } from './letter-crafted.ts';
import {
  anna,
  bo,
  cia,
  dan,
  deployment,
  eva,
  exclusionEvent,
  filip,
  otherDeployment,
  reportEvent,
  reporter,
  reporterDraft,
  type Person,
} from './world.ts';

export function letterCases(): Case[] {
  const cases = new Cases();
  addTampered(cases, addSealed(cases));
  new CraftedCases(cases, (bytes) => openedFields(bytes, openCrafted(bytes))).addAll();
  addOutgrown(cases);
  return cases.list;
}

/** What an opened letter gives, as the output of a case. */
export function openedFields(bytes: Uint8Array, opened: Opened): Fields {
  const slot = { object_id: hex(objectId(bytes)), type: opened.payload.type, share: hex(opened.payload.share) };
  if (opened.is === 'watch') return { ...slot, watch_token: hex(opened.payload.secret) };
  const { key, deletionToken, commitment } = opened.key;
  const keyed = { ...slot, content_key: hex(key), deletion_token: hex(deletionToken), commitment: hex(commitment) };
  if (opened.is === 'ballot') return { ...keyed, ballot: hex(opened.wire) };
  if (opened.is === 'members') return { ...keyed, events: opened.events.map(({ wire }) => hex(wire)) };
  return { ...keyed, thread_block: hex(threadBlock(opened.thread)), events: opened.events.map(({ wire }) => hex(wire)) };
}

function addOpening(cases: Cases, name: string, comment: string, bytes: Uint8Array, reader: Person, input: Fields): void {
  const output = openedFields(bytes, openLetter(bytes, reader.keys.kem, deployment));
  cases.succeeds(name, comment, { ...input, kem_seed: hex(reader.keys.kemSeed) }, output);
}

interface Sealing {
  readonly name: string;
  readonly comment: string;
  readonly slots: number;
  readonly to: readonly (Recipient & { readonly who: Person })[];
  readonly content: Uint8Array;
  readonly contentFields: Fields;
}

function recipient(who: Person, type: Recipient['type'], share?: Uint8Array): Recipient & { who: Person } {
  const base = { who, publicKey: who.keys.kem.publicKey, type };
  return share === undefined ? base : { ...base, share };
}

/** A sealed letter, and how its first recipient opens it. The `seal` case tells how a seeded sealer made the same bytes. */
function addSealing(cases: Cases, sealing: Sealing): Uint8Array {
  const seed = `letter ${sealing.name}`;
  const frame = { deployment, rosterVersion: 1, slots: sealing.slots };
  const { bytes } = sealLetter(frame, sealing.to, watchToken(reporter.thread), sealing.content, seeded(seed));
  const input = { operation: 'open', bytes: hex(bytes), deployment: hex(deployment) };
  addOpening(cases, sealing.name, sealing.comment, bytes, sealing.to[0]!.who, input);
  const recipients = sealing.to.map(({ who, type, share }) => ({
    kem_seed: hex(who.keys.kemSeed),
    type,
    ...(share === undefined ? {} : { share: hex(share) }),
  }));
  cases.succeeds(
    `${sealing.name}-sealing`,
    'How a seeded sealer made it; others may skip this.',
    {
      operation: 'seal',
      random: seed,
      deployment: hex(deployment),
      roster_version: 1,
      slots: sealing.slots,
      recipients,
      watch_token: hex(watchToken(reporter.thread)),
      ...sealing.contentFields,
    },
    { object_id: hex(objectId(bytes)) },
  );
  return bytes;
}

/** Returns the letter of the case `report`. */
function addSealed(cases: Cases): Uint8Array {
  const events = [reportEvent, exclusionEvent];
  const share = concat(Uint8Array.of(1), seeded('identity share')(32));
  const report = addSealing(cases, {
    name: 'report',
    comment: 'A report with its exclusion to two investigators and one witness; twelve slots.',
    slots: 12,
    to: [recipient(anna, SLOT.reader, share), recipient(bo, SLOT.reader), recipient(dan, SLOT.watchReport)],
    content: threadContent(reporter.thread, events),
    contentFields: { thread_block: hex(threadBlock(reporter.thread)), events: events.map(({ wire }) => hex(wire)) },
  });
  addOpening(cases, 'report-second-reader', 'The same content for another reader.', report, bo, { base: 'report' });
  addOpening(cases, 'report-witness', 'A witness gets the watch token and nothing else.', report, dan, { base: 'report' });
  for (const [name, person] of [
    ['left-out', cia],
    ['witness-left-out', eva],
    ['later-member', filip],
  ] as const) {
    cases.refuses(`report-${name}`, 'not-for-me', 'Who has no slot cannot open it.', {
      base: 'report',
      kem_seed: hex(person.keys.kemSeed),
    });
  }
  const ballot = ballotWire();
  addSealing(cases, {
    name: 'ballot',
    comment: 'A ballot to two witnesses: content type 2.',
    slots: 4,
    to: [recipient(dan, SLOT.reader), recipient(eva, SLOT.reader)],
    content: typedContent(BALLOT_CONTENT, ballot),
    contentFields: { ballot: hex(ballot) },
  });
  const followUp = addSealing(cases, {
    name: 'sixteen-slots',
    comment: 'A follow-up in a letter with the most slots, one event.',
    slots: 16,
    to: [recipient(bo, SLOT.reader), recipient(eva, SLOT.watchMessage)],
    content: threadContent(reporter.thread, [message()]),
    contentFields: { thread_block: hex(threadBlock(reporter.thread)), events: [hex(message().wire)] },
  });
  addOpening(cases, 'follow-up-witness', 'Slot type 3.', followUp, eva, { base: 'sixteen-slots' });
  return report;
}

/** One follow-up. */
function message(): Event {
  return sign(reporterDraft(), reporter.signSeed);
}

function ballotWire(): Uint8Array {
  const ballot = {
    author: anna.id,
    catalogue: 1,
    day: '2026-03-09',
    deployment,
    period: '2026',
    pseudonym: pseudonym(reporter.thread.secret, 'ground'),
    table: 'ground',
    value: 'none',
  };
  return signBallot(ballot, anna.keys.signSeed);
}

function addTampered(cases: Cases, report: Uint8Array): void {
  const own = slotOf(anna, report);
  const broken = (name: string, reason: Reason, comment: string, patch: unknown, more: Fields = {}): void =>
    cases.refuses(name, reason, comment, { base: 'report', patch, ...more });
  broken('empty', 'length', 'No bytes.', [{ truncate: 0 }]);
  broken('cut', 'length', 'One byte short.', [{ truncate: 32_767 }]);
  broken('prolonged', 'length', 'One byte more.', [{ append: '00' }]);
  broken('magic', 'magic', 'Another first letter.', flip(0));
  broken('suite-2', 'magic', 'RPL2.', [{ offset: 3, xor: '03' }]);
  broken('cell-magic', 'magic', 'A letter that says it is a cell.', [{ offset: 2, xor: '0f' }]);
  broken('deployment-bit', 'deployment', 'One bit of the deployment id.', flip(4));
  broken('another-deployment', 'deployment', 'Opened as one of another deployment.', [], { deployment: hex(otherDeployment) });
  broken('roster-version-bit', 'not-for-me', 'The roster version is bound to every slot.', flip(23));
  broken('three-slots', 'schema', 'Fewer slots than a letter can have.', [{ offset: 24, xor: '0f' }]);
  broken('seventeen-slots', 'schema', 'More slots than a letter can have.', [{ offset: 24, xor: '1d' }]);
  broken('eleven-slots', 'not-for-me', 'Another number of slots breaks the header that all slots are bound to.', [
    { offset: 24, xor: '07' },
  ]);
  for (let at = 25; at < 32; at++) broken(`reserved-byte-${at}`, 'schema', 'A reserved byte is not zero.', flip(at));
  broken('commitment-bit', 'not-for-me', 'The commitment is bound to every slot.', flip(32));
  for (let slot = 0; slot < 12; slot++) {
    const offset = 64 + slot * 1216;
    const isMine = slot === own;
    const bits = [
      [0, 'ml-kem'],
      [1088, 'x25519'],
      [1120, 'payload'],
      [1215, 'tag'],
    ] as const;
    for (const [inside, part] of bits) {
      if (!isMine && part !== 'tag') continue;
      const reason = isMine ? 'not-for-me' : 'body';
      broken(
        `slot-${slot}-${part}-bit`,
        reason,
        isMine ? 'One’s own slot changed.' : 'Somebody else’s slot changed: the body is bound to all slots.',
        flip(offset + inside),
      );
    }
  }
  broken('body-bit', 'body', 'First byte of the body.', flip(64 + 12 * 1216));
  broken('body-tag-bit', 'body', 'Last byte of the tag.', flip(32_767));
}

/** Where a reader has their slot. */
function slotOf(reader: Person, bytes: Uint8Array): number {
  const slots = Array.from({ length: bytes[24]! }, (_, slot) => bytes.subarray(64 + slot * 1216, 64 + (slot + 1) * 1216));
  return slots.findIndex((slot) => openSlot(bytes.subarray(0, 64), slot, reader.keys.kem) !== null);
}

/** Sealing what does not fit. */
function addOutgrown(cases: Cases): void {
  const everyone = [anna, bo, cia, dan, eva].map((who) => ({ kem_seed: hex(who.keys.kemSeed), type: SLOT.reader }));
  const input = {
    operation: 'seal',
    random: 'letter too many recipients',
    deployment: hex(deployment),
    roster_version: 1,
    slots: 4,
    recipients: everyone,
    watch_token: hex(watchToken(reporter.thread)),
    thread_block: hex(threadBlock(reporter.thread)),
    events: [],
  };
  cases.refuses('more-recipients-than-slots', 'length', 'Five recipients, four slots.', input);
  const long = sign(reporterDraft({ body: { parcels: [], text: 'å'.repeat(6000) } }), reporter.signSeed);
  const events = [hex(long.wire), hex(message().wire), hex(long.wire)];
  cases.refuses('content-too-long', 'length', 'Two events of 12 000 bytes of text in twelve slots.', {
    ...input,
    slots: 12,
    recipients: everyone.slice(0, 1),
    events,
  });
}
