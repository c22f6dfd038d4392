import { b64, concat, uint } from '../../src/crypto/encoding.ts';
import type { Reason } from '../../src/crypto/errors.ts';
import { sign } from '../../src/crypto/event.ts';
import { cellTag, openCell, sealCell, watchTag } from '../../src/crypto/cell.ts';
import { boardKey, watchToken } from '../../src/crypto/receipt.ts';
import { objectId, readCell } from '../../src/crypto/shape.ts';
import { Cases, difference, flip, hex, seeded, type Case, type Fields } from './case.ts';
import { craftCell, payload, type CraftedCell } from './craft.ts';
import { answerEvent, deployment, entropy, exclusionEvent, otherDeployment, reporter, reporterDraft, stranger } from './world.ts';
import { derive, LABELS, NOTHING } from '../../src/crypto/hashing.ts';

const PLACE = { deployment, thread: reporter.thread.id };

export function cellCases(): Case[] {
  const cases = new Cases();
  addTags(cases);
  addSealed(cases);
  addTampered(cases);
  addCrafted(cases);
  return cases.list;
}

/** The KEM seed that the receipt of these 12 bytes has in the vectors' deployment. */
function kemSeed(receipt: Uint8Array): Uint8Array {
  const root = derive(LABELS.receiptRoot, receipt, deployment, 32);
  return derive(LABELS.receiptKem, root, NOTHING, 32);
}

export function cellFields(bytes: Uint8Array, events: readonly { wire: Uint8Array }[]): Fields {
  const { volume, shard, tag, watchTag, commitment } = readCell(bytes);
  return {
    object_id: hex(objectId(bytes)),
    volume,
    shard,
    tag: hex(tag),
    watch_tag: hex(watchTag),
    commitment: hex(commitment),
    events: events.map(({ wire }) => hex(wire)),
  };
}

function addOpening(cases: Cases, name: string, comment: string, bytes: Uint8Array, input: Fields): void {
  cases.succeeds(name, comment, input, cellFields(bytes, openCell(bytes, reporter.kem, PLACE)));
}

function opening(bytes: Uint8Array): Fields {
  return {
    operation: 'open',
    bytes: hex(bytes),
    kem_seed: hex(kemSeed(entropy)),
    deployment: hex(deployment),
    thread: hex(reporter.thread.id),
  };
}

function addTags(cases: Cases): void {
  const key = boardKey(reporter.thread);
  const tag = cellTag(key, seeded('tag'));
  const own = (name: string, comment: string, input: Fields, mine: boolean): void =>
    cases.succeeds(name, comment, input, { mine });
  own('own-tag', 'Recognised with the board key.', { operation: 'tag', board_key: hex(key), bytes: hex(tag) }, true);
  own('foreign-tag', 'Another thread’s board key.', { base: 'own-tag', board_key: hex(boardKey(stranger.thread)) }, false);
  own('tag-nonce-bit', 'A bit of its first half.', { base: 'own-tag', patch: flip(0) }, false);
  own('tag-mark-bit', 'A bit of its second half.', { base: 'own-tag', patch: flip(15) }, false);
  const token = watchToken(reporter.thread);
  for (const [name, purpose] of [
    ['answer', 1],
    ['conclusion', 2],
  ] as const) {
    const bytes = watchTag(token, purpose, seeded(`watch ${name}`));
    const input = { operation: 'watch', watch_token: hex(token), bytes: hex(bytes) };
    cases.succeeds(`watch-${name}`, 'What a witness with the token learns.', input, { purpose });
    cases.succeeds(
      `watch-${name}-bit`,
      'A bit of its second half: 0, nothing.',
      { base: `watch-${name}`, patch: flip(8) },
      { purpose: 0 },
    );
  }
  cases.succeeds(
    'watch-foreign',
    'Another thread’s token: nothing.',
    { base: 'watch-answer', watch_token: hex(watchToken(stranger.thread)) },
    { purpose: 0 },
  );
}

function addSealed(cases: Cases): void {
  const random = seeded('cell answer');
  const watch = watchTag(watchToken(reporter.thread), 1, random);
  const place = { deployment, volume: 2026, shard: 513 };
  const key = boardKey(reporter.thread);
  const { bytes } = sealCell(place, key, watch, reporter.thread.kemPublicKey, [answerEvent], random);
  addOpening(cases, 'answer', 'A member’s answer on the board.', bytes, opening(bytes));
  const stored = sign(
    reporterDraft({
      audience: ['reporter'],
      kind: 'stored',
      body: { events: [b64(exclusionEvent.id)], letter: b64(seeded('letter id')(32)) },
      seq: exclusionEvent.seq + 1,
    }),
    reporter.signSeed,
  );
  const intake = seeded('cell intake');
  const events = [exclusionEvent, stored];
  const sealed = sealCell({ deployment, volume: 0, shard: 3 }, key, intake(16), reporter.thread.kemPublicKey, events, intake);
  addOpening(cases, 'intake', 'An intake cell: volume 0, `exclusion` and `stored`.', sealed.bytes, opening(sealed.bytes));
  cases.succeeds(
    'intake-sealing',
    'How a seeded sealer made it; others may skip this.',
    {
      operation: 'seal',
      random: 'cell intake',
      deployment: hex(deployment),
      volume: 0,
      shard: 3,
      board_key: hex(key),
      kem_public_key: hex(reporter.thread.kemPublicKey),
      events: events.map(({ wire }) => hex(wire)),
    },
    { object_id: hex(objectId(sealed.bytes)) },
  );
  const long = sign(reporterDraft({ body: { parcels: [], text: 'x'.repeat(2500) } }), reporter.signSeed);
  cases.refuses('events-too-long', 'length', 'More than 2767 bytes of events.', {
    base: 'intake-sealing',
    events: [hex(long.wire)],
  });
}

function addTampered(cases: Cases): void {
  const broken = (name: string, reason: Reason, comment: string, patch: unknown, more: Fields = {}): void =>
    cases.refuses(name, reason, comment, { base: 'answer', patch, ...more });
  broken('cut', 'length', 'One byte short.', [{ truncate: 4095 }]);
  broken('prolonged', 'length', 'One byte more.', [{ append: '00' }]);
  broken('magic', 'magic', 'RPL1.', [{ offset: 2, xor: '0f' }]);
  broken('suite-2', 'magic', 'RPC2.', [{ offset: 3, xor: '03' }]);
  broken('deployment-bit', 'deployment', 'One bit of the deployment id.', flip(19));
  broken('another-deployment', 'deployment', 'Opened as one of another deployment.', [], { deployment: hex(otherDeployment) });
  const header = [
    ['volume', 21],
    ['shard', 23],
    ['tag', 24],
    ['watch-tag', 55],
    ['commitment', 64],
  ] as const;
  for (const [name, offset] of header)
    broken(`${name}-bit`, 'not-for-me', 'The slot is bound to the whole header.', flip(offset));
  for (let at = 56; at < 64; at++) broken(`reserved-byte-${at}`, 'schema', 'A reserved byte is not zero.', flip(at));
  broken('slot-ml-kem-bit', 'not-for-me', 'The ciphertext changed.', flip(96));
  broken('slot-x25519-bit', 'not-for-me', 'The ciphertext changed.', flip(96 + 1088));
  broken('slot-tag-bit', 'not-for-me', 'The tag of the slot changed.', flip(1311));
  broken('body-bit', 'body', 'The body changed.', flip(1312));
  broken('body-tag-bit', 'body', 'The tag of the body changed.', flip(4095));
  broken('another-receipt', 'not-for-me', 'Somebody else’s receipt.', [], {
    kem_seed: hex(kemSeed(seeded('another receipt')(12))),
  });
  broken('another-thread', 'thread', 'Looked at as one of another thread.', [], { thread: hex(stranger.thread.id) });
}

const KEY = seeded('crafted cell key')(32);
const SHARE = seeded('crafted cell share')(33);

function crafted(changes: Partial<CraftedCell> = {}): Uint8Array {
  const plaintext = concat(uint(1, 1), answerEvent.wire);
  return craftCell({ contentKey: KEY, payload: payload(1, KEY, SHARE), plaintext, ...changes }, seeded('crafted cell'));
}

function addCrafted(cases: Cases): void {
  const base = crafted();
  addOpening(cases, 'crafted', 'Base of the crafted cells.', base, opening(base));
  const refuses = (name: string, reason: Reason, comment: string, changes: Partial<CraftedCell>): void =>
    cases.refuses(name, reason, comment, { base: 'crafted', patch: difference(base, crafted(changes)) });
  const other = seeded('another cell key')(32);
  refuses('commitment-of-another-key', 'commitment', 'Slot and body hold, the commitment is of another key.', {
    committedKey: other,
  });
  refuses('body-under-another-key', 'body', 'Slot and commitment hold, the body does not.', { sealingKey: other });
  for (const type of [0, 2, 3, 4])
    refuses(`slot-type-${type}`, 'not-for-me', 'A cell’s payload is of type 1.', { payload: payload(type, KEY, SHARE) });
  const filling = Uint8Array.from({ length: 14 }, (_, at) => (at === 0 ? 1 : 0));
  refuses('slot-filling', 'not-for-me', 'Filling of the payload is not zero.', { payload: payload(1, KEY, SHARE, filling) });
  const { wire } = answerEvent;
  const last = new Uint8Array(2768);
  last.set(concat(uint(1, 1), wire));
  last[2767] = 255;
  refuses('padding-first-byte', 'body', 'The byte after the event is not zero.', {
    plaintext: concat(uint(1, 1), wire, uint(1, 1)),
  });
  refuses('padding-last-byte', 'body', 'The last byte is not zero.', { plaintext: last });
  refuses('more-events-than-counted', 'body', 'Two events, one counted.', { plaintext: concat(uint(1, 1), wire, wire) });
  refuses('event-runs-over', 'body', 'An event that would end outside.', {
    plaintext: concat(uint(1, 1), uint(2704, 2), wire.slice(2)),
  });
  const foreign = sign(reporterDraft({ thread: stranger.thread.id }), stranger.signSeed);
  refuses('event-of-another-thread', 'thread', 'An event replayed from another thread.', {
    plaintext: concat(uint(1, 1), foreign.wire),
  });
  const replayed = sign(reporterDraft({ deployment: otherDeployment }), reporter.signSeed);
  refuses('event-of-another-deployment', 'deployment', 'An event replayed from another deployment.', {
    plaintext: concat(uint(1, 1), replayed.wire),
  });
}
