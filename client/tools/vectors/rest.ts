import { b64, canonical, concat, parse, uint, utf8, type JsonObject } from '../../src/crypto/encoding.ts';
import type { Reason } from '../../src/crypto/errors.ts';
import { sealCell } from '../../src/crypto/cell.ts';
import { sealLetter, threadContent } from '../../src/crypto/letter.ts';
import { boardKey, watchToken } from '../../src/crypto/receipt.ts';
import { LABELS } from '../../src/crypto/hashing.ts';
import { objectId } from '../../src/crypto/shape.ts';
import { contentKey, SLOT } from '../../src/crypto/slots.ts';
import * as signing from '../../src/crypto/signing.ts';
import { submission } from '../../src/crypto/submission.ts';
import { find } from '../../src/crypto/work.ts';
import { pseudonym, signBallot, type Ballot } from '../../test/reference/ballot.ts';
import { sealParcel } from '../../test/reference/parcel.ts';
import { authorization, signedBytes, type SignedRequest } from '../../test/reference/request.ts';
import { Cases, flip, hex, seeded, type Case, type Fields, type Patch } from './case.ts';
import { anna, bo, deployment, otherDeployment, reportEvent, reporter, stranger } from './world.ts';

export function ballotCases(): Case[] {
  const cases = new Cases();
  const ballot: Ballot = {
    author: anna.id,
    catalogue: 1,
    day: '2026-03-09',
    deployment,
    period: '2026-q3',
    pseudonym: pseudonym(reporter.thread.secret, 'ground'),
    table: 'ground',
    value: 'none',
  };
  const wire = signBallot(ballot, anna.keys.signSeed);
  cases.succeeds('ballot', 'One coded value for one table.', readingBallot(wire), {
    ...ballot,
    deployment: hex(deployment),
    pseudonym: hex(ballot.pseudonym),
  });
  for (const [name, thread] of [
    ['pseudonym', reporter.thread],
    ['pseudonym-of-another-thread', stranger.thread],
  ] as const) {
    cases.succeeds(
      name,
      'Per thread and table.',
      { operation: 'pseudonym', thread_secret: hex(thread.secret), table: 'ground' },
      { pseudonym: hex(pseudonym(thread.secret, 'ground')) },
    );
  }
  cases.refuses('another-deployment', 'deployment', 'Replayed in another deployment.', {
    base: 'ballot',
    deployment: hex(otherDeployment),
  });
  cases.refuses('another-author', 'signature', 'Checked against another key.', {
    base: 'ballot',
    key: hex(bo.keys.signPublicKey),
  });
  cases.refuses('signature-bit', 'signature', 'A bit of S.', { base: 'ballot', patch: flip(wire.length - 32) });
  cases.refuses('cut', 'body', 'A byte short.', { base: 'ballot', patch: [{ truncate: wire.length - 1 }] });
  cases.refuses('prolonged', 'body', 'A byte more.', { base: 'ballot', patch: [{ append: '00' }] });
  addForgedBallots(cases, parse(wire.slice(2, -64)) as JsonObject);
  return cases.list;
}

function readingBallot(bytes: Uint8Array): Fields {
  return { operation: 'read', bytes: hex(bytes), deployment: hex(deployment), key: hex(anna.keys.signPublicKey) };
}

function addForgedBallots(cases: Cases, value: JsonObject): void {
  const forged = (changes: JsonObject, label: 'rapp1.sig-ballot' | 'rapp1.sig-event' = LABELS.signBallot): Fields => {
    const json = canonical({ ...value, ...changes });
    return readingBallot(concat(uint(json.length, 2), json, signing.sign(label, anna.keys.signSeed, json)));
  };
  cases.refuses('signed-as-an-event', 'signature', 'A signature of another purpose.', forged({}, LABELS.signEvent));
  const wrong: [string, Reason, JsonObject][] = [
    ['extra-key', 'schema', { extra: 1 }],
    ['suite', 'schema', { suite: 2 }],
    ['suite-true', 'schema', { suite: true }],
    ['author-reporter', 'schema', { author: 'reporter' }],
    ['catalogue-text', 'schema', { catalogue: '1' }],
    ['catalogue-true', 'schema', { catalogue: true }],
    ['day', 'schema', { day: '2026-02-30' }],
    ['period-number', 'schema', { period: 2026 }],
    ['period-fifth-quarter', 'schema', { period: '2026-q5' }],
    ['table-number', 'schema', { table: 1 }],
    ['pseudonym-short', 'encoding', { pseudonym: b64(seeded('x')(15)) }],
    ['deployment-short', 'encoding', { deployment: b64(seeded('x')(15)) }],
  ];
  for (const [name, reason, changes] of wrong) {
    cases.refuses(name, reason, 'Signed, but outside the format.', forged(changes));
  }
}

export function parcelCases(): Case[] {
  const cases = new Cases();
  const key = seeded('parcel key')(32);
  const content = utf8('Bild av ärmen, första delen.');
  const opening = (plaintext: Uint8Array): Fields => ({
    operation: 'open',
    content_key: hex(key),
    deployment: hex(deployment),
    plaintext: hex(plaintext),
  });
  const right = concat(uint(content.length, 4), content);
  const bytes = sealParcel(key, deployment, right);
  const comment =
    '`plaintext` is the start of the padded plaintext, zeros follow; seal it under content_key, then patch, then open.';
  cases.succeeds('parcel', comment, opening(right), {
    content: hex(content),
    object_id: hex(objectId(bytes)),
    header: hex(bytes.slice(0, 64)),
    commitment: hex(contentKey(key).commitment),
  });
  cases.succeeds('empty-parcel', 'No content.', opening(uint(0, 4)), {
    content: '',
    object_id: hex(objectId(sealParcel(key, deployment, uint(0, 4)))),
    header: hex(bytes.slice(0, 64)),
    commitment: hex(contentKey(key).commitment),
  });
  const refuses = (name: string, reason: Reason, why: string, patch: Patch[], more: Fields = {}): void =>
    cases.refuses(name, reason, why, { base: 'parcel', patch, ...more });
  refuses('cut', 'length', 'One byte short.', [{ truncate: 262_143 }]);
  refuses('prolonged', 'length', 'One byte more.', [{ append: '00' }]);
  refuses('magic', 'magic', 'RPL1.', [{ offset: 2, xor: '1c' }]);
  refuses('deployment-bit', 'deployment', 'One bit of the deployment id.', flip(4));
  refuses('reserved-first', 'schema', 'A reserved byte is not zero.', flip(20));
  refuses('reserved-last', 'schema', 'A reserved byte is not zero.', flip(31));
  refuses('commitment-bit', 'commitment', 'One bit of the commitment.', flip(32));
  refuses('body-bit', 'body', 'First byte of the body.', flip(64));
  refuses('tag-bit', 'body', 'Last byte of the tag.', flip(262_143));
  refuses('another-key', 'commitment', 'Opened with another key.', [], { opening_key: hex(seeded('another parcel key')(32)) });
  refuses('padding', 'body', 'A byte after the content is not zero.', [], { plaintext: hex(concat(right, uint(1, 1))) });
  refuses('content-too-long', 'body', 'n runs over the end.', [], { plaintext: hex(uint(262_144 - 64 - 16 - 3, 4)) });
  return cases.list;
}

export function requestCases(): Case[] {
  const cases = new Cases();
  const time = 1_772_460_000;
  const request: SignedRequest = {
    deployment,
    member: anna.id,
    method: 'GET',
    path: '/v1/letters?day=2026-03-02',
    body: new Uint8Array(0),
    time,
  };
  const input = (one: SignedRequest, header = authorization(one, anna.keys.signSeed)): Fields => ({
    operation: 'verify',
    method: one.method,
    path: one.path,
    body: hex(one.body),
    deployment: hex(one.deployment),
    authorization: header,
    members: { [anna.id]: hex(anna.keys.signPublicKey), [bo.id]: hex(bo.keys.signPublicKey) },
    now: time,
  });
  cases.succeeds('get', 'A signed request without a body.', input(request), { member: anna.id });
  const post = { ...request, method: 'POST', path: '/v1/letters/fetch', body: utf8('{"letters":[]}') };
  cases.succeeds('post', 'A signed request with a body.', input(post), { member: anna.id });
  cases.succeeds('fifteen-minutes-late', 'Just within the tolerance.', { base: 'get', now: time + 900 }, { member: anna.id });
  cases.succeeds('fifteen-minutes-early', 'Just within the tolerance.', { base: 'get', now: time - 900 }, { member: anna.id });
  cases.refuses('too-late', 'clock', 'A second more.', { base: 'get', now: time + 901 });
  cases.refuses('too-early', 'clock', 'A second more.', { base: 'get', now: time - 901 });
  const refuses = (name: string, comment: string, changes: Fields): void =>
    cases.refuses(name, 'authorization', comment, { base: 'get', ...changes });
  refuses('another-method', 'The method is signed.', { method: 'POST' });
  refuses('another-path', 'The path is signed.', { path: '/v1/letters' });
  refuses('another-query', 'The query is signed.', { path: '/v1/letters?day=2026-03-03' });
  refuses('another-body', 'The body is signed.', { body: '00' });
  refuses('another-deployment', 'The deployment is signed.', { deployment: hex(otherDeployment) });
  addHeaders(cases, request);
  return cases.list;
}

function addHeaders(cases: Cases, request: SignedRequest): void {
  const { time } = request;
  const [scheme, member, , signature] = authorization(request, anna.keys.signSeed).split(' ');
  const header = (name: string, comment: string, text: string): void =>
    cases.refuses(name, 'authorization', comment, { base: 'get', authorization: text });
  header('no-header', 'Nothing.', '');
  header('another-scheme', 'Bearer.', `Bearer ${member} ${time} ${signature}`);
  header('scheme-lower-case', 'One spelling.', `rapp1 ${member} ${time} ${signature}`);
  header('another-member', 'Anna’s signature under Bo’s name.', `${scheme} ${bo.id} ${time} ${signature}`);
  header('unknown-member', 'Not in the roster.', `${scheme} utredare-9 ${time} ${signature}`);
  header('reporter', 'Never reporter.', `${scheme} reporter ${time} ${signature}`);
  header('another-time', 'The time is signed.', `${scheme} ${member} ${time + 1} ${signature}`);
  header('time-with-zero', 'One spelling.', `${scheme} ${member} 0${time} ${signature}`);
  header('time-with-sign', 'One spelling.', `${scheme} ${member} +${time} ${signature}`);
  header('time-fraction', 'Whole seconds.', `${scheme} ${member} ${time}.0 ${signature}`);
  header('two-spaces', 'One spelling.', `${scheme} ${member}  ${time} ${signature}`);
  header('trailing-space', 'One spelling.', `${scheme} ${member} ${time} ${signature} `);
  header('signature-padded', 'b64 without padding.', `${scheme} ${member} ${time} ${signature}==`);
  header('signature-cut', 'A character short.', `${scheme} ${member} ${time} ${signature!.slice(0, -1)}`);
  const asEvent = b64(signing.sign(LABELS.signEvent, anna.keys.signSeed, signedBytes(request)));
  header('another-purpose', 'A signature of another purpose.', `${scheme} ${member} ${time} ${asEvent}`);
}

export function workCases(): Case[] {
  const cases = new Cases();
  const random = seeded('work');
  const [letter, cell] = [random(32), random(32)];
  for (const bits of [0, 1, 7, 8, 9, 12]) {
    const nonce = find(letter, cell, bits)!;
    const input = { operation: 'find', letter: hex(letter), cell: hex(cell), bits };
    cases.succeeds(`find-${bits}`, 'The smallest nonce.', input, { nonce });
    cases.succeeds(`check-${bits}`, 'Enough.', { ...input, operation: 'check', nonce });
    if (bits === 0) continue;
    const swapped = { ...input, operation: 'check', nonce: nonce === 0 ? 1 : nonce - 1 };
    if (nonce > 0) cases.refuses(`short-of-${bits}`, 'proof-of-work', 'The nonce before it is not enough.', swapped);
  }
  const nonce = find(letter, cell, 12)!;
  cases.refuses('another-letter', 'proof-of-work', 'Work for another letter.', { base: 'check-12', letter: hex(cell), nonce });
  cases.succeeds('largest-nonce', 'A nonce of 53 bits.', { base: 'check-0', nonce: Number.MAX_SAFE_INTEGER });
  return cases.list;
}

export function submissionCases(): Case[] {
  const cases = new Cases();
  const random = seeded('submission');
  const to = [{ publicKey: anna.keys.kem.publicKey, type: SLOT.reader }];
  const content = threadContent(reporter.thread, [reportEvent]);
  const letter = sealLetter({ deployment, rosterVersion: 1, slots: 4 }, to, watchToken(reporter.thread), content, random).bytes;
  const place = { deployment, volume: 0, shard: 0 };
  const cell = sealCell(place, boardKey(reporter.thread), random(16), reporter.thread.kemPublicKey, [], random).bytes;
  const output = { letter: hex(objectId(letter)), cell: hex(objectId(cell)) };
  const bytes = submission(258, letter, cell);
  cases.succeeds(
    'submission',
    'A nonce, a letter and its intake cell.',
    { operation: 'read', bytes: hex(bytes) },
    { nonce: 258, ...output },
  );
  cases.succeeds(
    'without-work',
    'Nonce 0.',
    { base: 'submission', patch: [{ offset: 10, xor: '0102' }] },
    { nonce: 0, ...output },
  );
  cases.refuses('cut', 'length', 'One byte short.', { base: 'submission', patch: [{ truncate: 36_875 }] });
  cases.refuses('prolonged', 'length', 'One byte more.', { base: 'submission', patch: [{ append: '00' }] });
  cases.refuses('empty', 'length', 'Nothing.', { base: 'submission', patch: [{ truncate: 0 }] });
  cases.refuses('letter-alone', 'length', 'A letter without its cell.', {
    base: 'submission',
    patch: [{ truncate: 12 + 32_768 }],
  });
  cases.refuses('magic', 'magic', 'Another first letter.', { base: 'submission', patch: flip(0) });
  cases.refuses('suite-2', 'magic', 'RPS2.', { base: 'submission', patch: [{ offset: 3, xor: '03' }] });
  const inner = (name: string, reason: Reason, comment: string, offset: number): void =>
    cases.refuses(name, reason, comment, { base: 'submission', patch: flip(offset) });
  inner('letter-magic', 'magic', 'The letter inside is none.', 12);
  inner('letter-reserved', 'schema', 'A reserved byte of the letter.', 12 + 31);
  inner('cell-magic', 'magic', 'The cell inside is none.', 12 + 32_768);
  inner('cell-reserved', 'schema', 'A reserved byte of the cell.', 12 + 32_768 + 63);
  return cases.list;
}
