import { b64, canonical, concat, parse, uint, unb64, utf8, type JsonObject } from '../../src/crypto/encoding.ts';
import type { Reason } from '../../src/crypto/errors.ts';
import { sign, type Draft, type Event } from '../../src/crypto/event.ts';
import { LABELS } from '../../src/crypto/hashing.ts';
import * as signing from '../../src/crypto/signing.ts';
import { bodyCases } from './bodies.ts';
import { Cases, flip, hex, seeded, text, type Case, type Fields } from './case.ts';
import {
  anna,
  answerEvent,
  authorKeys,
  bo,
  DAY,
  deployment,
  exclusionEvent,
  otherDeployment,
  reportEvent,
  reporter,
  reporterDraft,
  stranger,
} from './world.ts';

export function eventCases(): Case[] {
  const cases = new Cases();
  addAccepted(cases);
  addSigned(cases);
  addMisplaced(cases);
  addTampered(cases);
  addForms(cases);
  addForged(cases);
  addSeqs(cases);
  bodyCases(cases);
  return cases.list;
}

const KEYS = Object.fromEntries([...authorKeys].map(([id, key]) => [id, hex(key)]));

function accepting(wire: Uint8Array, reader: string): Fields {
  return {
    operation: 'accept',
    bytes: hex(wire),
    deployment: hex(deployment),
    thread: hex(reporter.thread.id),
    reader,
    keys: KEYS,
  };
}

function fields(event: Event): Fields {
  return {
    id: hex(event.id),
    author: event.author,
    audience: event.audience,
    kind: event.kind,
    day: event.day,
    seq: event.seq,
    parents: event.parents.map(hex),
    body: text(canonical(event.body)),
  };
}

function addAccepted(cases: Cases): void {
  const accepts = (name: string, comment: string, event: Event, reader: string): void =>
    cases.succeeds(name, comment, accepting(event.wire, reader), fields(event));
  accepts('report', 'A report read by an investigator.', reportEvent, anna.id);
  accepts('exclusion', 'The exclusion beside it, with a parent.', exclusionEvent, bo.id);
  accepts('answer', 'A member’s answer read by the reporter, with two parents.', answerEvent, 'reporter');
  const own = (changes: Partial<Draft>): Event => sign(reporterDraft(changes), reporter.signSeed);
  accepts('largest-seq', 'seq 2³¹−1.', own({ seq: 2 ** 31 - 1 }), anna.id);
  accepts('smallest-seq', 'seq 1.', own({ seq: 1 }), anna.id);
  accepts('eight-parents', 'As many parents as there can be.', own({ parents: ids(8) }), anna.id);
  accepts('audience-of-seventeen', 'Sixteen members and the reporter.', own({ audience: [...many(16), 'reporter'] }), 'reporter');
  accepts(
    'unknown-kind',
    'A kind that suite 1 does not know is verified and kept.',
    own({ kind: 'of-the-future', body: { anything: [1] } }),
    anna.id,
  );
  accepts('kind-named-like-a-property', 'Also when a language knows the word.', own({ kind: 'constructor', body: {} }), anna.id);
}

function ids(count: number): Uint8Array[] {
  const random = seeded('ids');
  return Array.from({ length: count }, () => random(32));
}

function many(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `m-${String(at).padStart(2, '0')}`);
}

function addSigned(cases: Cases): void {
  for (const [name, event, seed] of [
    ['sign-exclusion', exclusionEvent, reporter.signSeed],
    ['sign-answer', answerEvent, anna.keys.signSeed],
  ] as const) {
    cases.succeeds(
      name,
      'The one wire form of these fields; parents in any order.',
      {
        operation: 'sign',
        seed: hex(seed),
        audience: [...event.audience].reverse(),
        author: event.author,
        body: event.body,
        day: event.day,
        deployment: hex(event.deployment),
        kind: event.kind,
        parents: [...event.parents].reverse().map(hex),
        seq: event.seq,
        thread: hex(event.thread),
      },
      { id: hex(event.id), wire: hex(event.wire) },
    );
  }
}

function addMisplaced(cases: Cases): void {
  const refuses = (name: string, reason: Reason, comment: string, changes: Fields): void =>
    cases.refuses(name, reason, comment, { base: 'report', ...changes });
  refuses('another-deployment', 'deployment', 'Replayed in another deployment.', { deployment: hex(otherDeployment) });
  refuses('another-thread', 'thread', 'Replayed in another thread.', { thread: hex(stranger.thread.id) });
  refuses('reader-not-in-audience', 'audience', 'Read by a member whom the reporter left out.', { reader: 'utredare-3' });
  const note = sign(
    reporterDraft({ author: anna.id, audience: [bo.id], kind: 'note', body: { text: 'Ring kommunhälsan.' } }),
    anna.keys.signSeed,
  );
  cases.refuses('not-for-the-reporter', 'audience', 'A note that found its way into a cell.', accepting(note.wire, 'reporter'));
  refuses('unknown-author', 'author', 'The author’s key is not known.', { keys: withoutKey('reporter') });
  cases.refuses('unknown-member', 'author', 'A member who is not in the roster.', {
    ...accepting(answerEvent.wire, 'reporter'),
    keys: withoutKey(anna.id),
  });
  refuses('another-key', 'signature', 'The author’s key is another.', {
    keys: { ...KEYS, reporter: hex(stranger.thread.signPublicKey) },
  });
}

function withoutKey(author: string): Fields {
  return Object.fromEntries(Object.entries(KEYS).filter(([id]) => id !== author));
}

function addTampered(cases: Cases): void {
  const size = reportEvent.wire.length;
  const refuses = (name: string, reason: Reason, comment: string, patch: unknown): void =>
    cases.refuses(name, reason, comment, { base: 'report', patch });
  refuses('no-bytes', 'body', 'Nothing.', [{ truncate: 0 }]);
  refuses('one-byte', 'body', 'Half a length.', [{ truncate: 1 }]);
  refuses('cut', 'body', 'The last byte of the signature is missing.', [{ truncate: size - 1 }]);
  refuses('prolonged', 'body', 'A byte more.', [{ append: '00' }]);
  refuses('length-one-more', 'body', 'The length says one byte more.', [{ offset: 1, xor: '01' }]);
  refuses('signature-r-bit', 'signature', 'A bit of R.', flip(size - 64));
  refuses('signature-s-bit', 'signature', 'A bit of S.', flip(size - 32));
  const spoken = text(reportEvent.json);
  const at = (part: string): number => 2 + utf8(spoken.slice(0, spoken.indexOf(part))).length;
  refuses('text-bit', 'signature', 'One letter of the narrative.', flip(at('skriker')));
  refuses('day-bit', 'signature', 'One digit of the day.', flip(at(DAY) + 9));
  refuses('brace-bit', 'encoding', 'The first brace.', flip(2));
}

/** An event whose JSON is anything, signed properly by the reporter. */
function forge(changes: Record<string, unknown>, without: readonly string[] = []): Uint8Array {
  const value = { ...(parse(sign(reporterDraft(), reporter.signSeed).json) as JsonObject), ...changes } as JsonObject;
  for (const key of without) delete value[key];
  return wireOf(canonical(value));
}

function wireOf(json: Uint8Array): Uint8Array {
  return concat(uint(json.length, 2), json, signing.sign(LABELS.signEvent, reporter.signSeed, json));
}

/** Properly signed, but outside the schema. */
const OUTSIDE_SCHEMA: [string, string, Record<string, unknown>][] = [
  ['extra-key', 'A key too many.', { extra: 1 }],
  ['suite-2', 'Another suite.', { suite: 2 }],
  ['suite-true', 'true is not 1.', { suite: true }],
  ['suite-text', '"1" is not 1.', { suite: '1' }],
  ['seq-0', 'seq starts at 1.', { seq: 0 }],
  ['seq-negative', 'seq starts at 1.', { seq: -1 }],
  ['seq-too-large', 'seq ends at 2³¹−1.', { seq: 2 ** 31 }],
  ['seq-true', 'true is not 1.', { seq: true }],
  ['seq-text', 'seq is a number.', { seq: '5' }],
  ['audience-empty', 'Somebody may read it.', { audience: [] }],
  ['audience-unsorted', 'Ascending.', { audience: ['utredare-1', 'reporter'] }],
  ['audience-doubled', 'Different.', { audience: ['utredare-1', 'utredare-1'] }],
  ['audience-of-eighteen', 'At most 17.', { audience: many(18) }],
  ['audience-not-an-id', 'Member ids or reporter.', { audience: ['Utredare-1'] }],
  ['audience-of-numbers', 'Texts.', { audience: [1] }],
  ['audience-not-an-array', 'An array.', { audience: 'reporter' }],
  ['author-not-an-id', 'A member id or reporter.', { author: 'utredare 1' }],
  ['author-empty', 'A member id or reporter.', { author: '' }],
  ['author-line-end', 'A line end after an id.', { author: 'reporter\n' }],
  ['author-too-long', 'At most 32 characters.', { author: 'a'.repeat(33) }],
  ['author-number', 'A text.', { author: 1 }],
  ['kind-upper-case', 'Lower case.', { kind: 'Message' }],
  ['kind-digit', 'No digits.', { kind: 'message2' }],
  ['kind-too-long', 'At most 24 characters.', { kind: 'a'.repeat(25) }],
  ['kind-empty', 'At least one character.', { kind: '' }],
  ['kind-number', 'A text.', { kind: 1 }],
  ['body-array', 'An object.', { body: [] }],
  ['body-text', 'An object.', { body: '' }],
  ['body-array-of-unknown-kind', 'An object, whatever the kind.', { body: [], kind: 'of-the-future' }],
  ['day-time', 'No time of day.', { day: `${DAY}T10:00:00Z` }],
  ['day-impossible', 'A day that exists.', { day: '2026-02-30' }],
  ['day-number', 'A text.', { day: 20_260_302 }],
  ['parents-nine', 'At most eight.', { parents: ids(9).map(b64).sort() }],
  ['parents-unsorted', 'Ascending.', { parents: ids(2).map(b64).sort().reverse() }],
  ['parents-doubled', 'Different.', { parents: [b64(ids(1)[0]!), b64(ids(1)[0]!)] }],
  ['parents-not-an-array', 'An array.', { parents: {} }],
];

function addForms(cases: Cases): void {
  const refuses = (name: string, reason: Reason, comment: string, wire: Uint8Array): void =>
    cases.refuses(name, reason, comment, accepting(wire, anna.id));
  for (const key of ['audience', 'author', 'body', 'day', 'deployment', 'kind', 'parents', 'seq', 'suite', 'thread']) {
    refuses(`without-${key}`, 'schema', 'A key is missing.', forge({}, [key]));
  }
  for (const [name, comment, changes] of OUTSIDE_SCHEMA) refuses(name, 'schema', comment, forge(changes));
  const encoding: [string, string, Record<string, unknown>][] = [
    ['deployment-short', '15 bytes.', { deployment: b64(seeded('short')(15)) }],
    ['deployment-padded', 'No padding in b64.', { deployment: `${b64(deployment)}==` }],
    ['deployment-trailing-bits', 'Trailing bits in b64.', { deployment: trailing(b64(deployment)) }],
    ['thread-short', '31 bytes.', { thread: b64(seeded('short')(31)) }],
    ['thread-trailing-bits', 'Trailing bits in b64.', { thread: trailing(b64(reporter.thread.id)) }],
    ['thread-hexadecimal', 'b64, not hexadecimal.', { thread: hex(reporter.thread.id) }],
    ['parent-short', '31 bytes.', { parents: [b64(seeded('short')(31))] }],
    ['parent-trailing-bits', 'Trailing bits in b64.', { parents: [trailing(b64(seeded('parent')(32)))] }],
  ];
  for (const [name, comment, changes] of encoding) refuses(name, 'encoding', comment, forge(changes));
}

/** The same bytes for a lax decoder: the last character with a trailing bit set. */
function trailing(spelled: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const changed = spelled.slice(0, -1) + alphabet.charAt(alphabet.indexOf(spelled.at(-1)!) | 1);
  try {
    unb64(changed);
  } catch {
    return changed;
  }
  throw new Error('no trailing bits');
}

/** Properly signed, but not canonical, or by means of another purpose or key. */
function addForged(cases: Cases): void {
  const refuses = (name: string, reason: Reason, comment: string, wire: Uint8Array): void =>
    cases.refuses(name, reason, comment, accepting(wire, anna.id));
  const { json } = sign(reporterDraft(), reporter.signSeed);
  const spoken = text(json);
  refuses('json-with-space', 'encoding', 'White space in what was signed.', wireOf(utf8(spoken.replace('":', '": '))));
  refuses(
    'json-unsorted',
    'encoding',
    'Keys in another order.',
    wireOf(utf8(spoken.replace(/^\{("audience":\[[^\]]*\]),("author":"reporter")/, '{$2,$1'))),
  );
  refuses('json-duplicate-key', 'encoding', 'A key twice.', wireOf(utf8(spoken.replace('"suite":1', '"suite":1,"suite":1'))));
  refuses('json-null', 'encoding', 'A null.', wireOf(utf8(spoken.replace('"suite":1', '"suite":null'))));
  refuses('json-fraction', 'encoding', 'A fraction.', wireOf(utf8(spoken.replace('"suite":1', '"suite":1.0'))));
  refuses('json-escape', 'encoding', 'An escape that is not needed.', wireOf(utf8(spoken.replace('Det', '\\u0044et'))));
  refuses('json-array', 'schema', 'Not an object.', wireOf(utf8('[]')));
  refuses('json-empty', 'encoding', 'No JSON.', wireOf(new Uint8Array(0)));
  const asRoster = concat(uint(json.length, 2), json, signing.sign(LABELS.signRoster, reporter.signSeed, json));
  refuses('signed-as-a-roster', 'signature', 'A signature of another purpose.', asRoster);
  const unlabelled = concat(uint(json.length, 2), json, signing.sign(LABELS.signEvent, stranger.signSeed, json));
  refuses('signed-by-a-stranger', 'signature', 'In the reporter’s name by another key.', unlabelled);
  const byMember = concat(uint(json.length, 2), json, signing.sign(LABELS.signEvent, anna.keys.signSeed, json));
  refuses('signed-by-a-member', 'signature', 'In the reporter’s name by a member.', byMember);
  const small = `01${'00'.repeat(31)}`;
  cases.refuses('key-of-small-order', 'signature', 'A key that would verify anything.', {
    ...accepting(
      concat(
        uint(json.length, 2),
        json,
        seeded('x')(0),
        Uint8Array.from({ length: 64 }, (_, at) => (at === 0 ? 1 : 0)),
      ),
      anna.id,
    ),
    keys: { ...KEYS, reporter: small },
  });
}

function addSeqs(cases: Cases): void {
  const seq = (name: string, comment: string, largest_known: number, today: string, next: number): void =>
    cases.succeeds(name, comment, { operation: 'reporter-seq', largest_known, day: today }, { seq: next });
  seq('seq-first', 'Nothing known: 256 × days.', 0, '2026-03-02', 256 * 20_514);
  seq('seq-after-known', 'Larger than any known.', 256 * 20_514 + 4, '2026-03-02', 256 * 20_514 + 5);
  seq('seq-later-day', 'A later day is larger.', 256 * 20_514, '2026-03-03', 256 * 20_515);
}
