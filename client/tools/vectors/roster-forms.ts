/** Rosters outside the format, and what a right one is used for. */
import { b64, canonical, parse, utf8, type Json, type JsonObject } from '../../src/crypto/encoding.ts';
import { documentValue, type SignedDocument } from '../../src/crypto/documents.ts';
import type { Reason } from '../../src/crypto/errors.ts';
import { fingerprint, kemHash } from '../../src/crypto/roster.ts';
import { hex, seeded, text, type Cases, type Fields } from './case.ts';
import { anna, bo, cia, dan, deployment, eva, filip, firstRoster, founders } from './world.ts';
import { memberEntry, rosterBody, secondRoster, signedBy, written } from './world.ts';

/** Input of the operation `chain`, with version 1 as the anchor unless another is given. */
export function chain(documents: readonly SignedDocument[], anchor = documents[0]!.id): Fields {
  return { operation: 'chain', documents: documents.map(written), anchor: hex(anchor) };
}

/** Documents and bodies outside the format. */
export function addRosterForms(cases: Cases): void {
  addDocuments(cases);
  addBodies(cases);
}

function addDocuments(cases: Cases): void {
  const raw = (name: string, reason: Reason, comment: string, value: unknown): void =>
    cases.refuses(name, reason, comment, {
      operation: 'chain',
      documents: [text(canonical(value))],
      anchor: hex(firstRoster.id),
    });
  const value = documentValue(firstRoster);
  const signatures = value.signatures as Json[];
  raw('signature-doubled', 'schema', 'One member signs twice.', { ...value, signatures: [...signatures, signatures.at(-1)!] });
  raw('signatures-unsorted', 'schema', 'Signatures in another order.', { ...value, signatures: [...signatures].reverse() });
  raw('signature-without-member', 'schema', 'A key is missing.', {
    ...value,
    signatures: [{ signature: (signatures[0] as JsonObject).signature! }],
  });
  raw('signature-short', 'encoding', '63 bytes.', {
    ...value,
    signatures: [{ member: anna.id, signature: b64(seeded('x')(63)) }],
  });
  raw('signature-by-reporter', 'schema', 'reporter is no member id.', {
    ...value,
    signatures: [{ member: 'reporter', signature: b64(seeded('x')(64)) }],
  });
  raw('document-extra-key', 'schema', 'A key too many.', { ...value, extra: 1 });
  raw('document-without-signatures', 'schema', 'A key is missing.', { body: value.body });
  raw('document-array', 'schema', 'An object.', []);
}

function addBodies(cases: Cases): void {
  const body = (name: string, reason: Reason, comment: string, changes: JsonObject): void => {
    const signed = signedBy(rosterBody(changes), [anna, bo, dan]);
    cases.refuses(name, reason, comment, chain([signed]));
  };
  const member = (changes: JsonObject): JsonObject => ({
    members: founders.map((one) => (one === dan ? { ...memberEntry(one), ...changes } : memberEntry(one))),
  });
  body('kind', 'schema', 'Says it is a deployment file.', { kind: 'deployment' });
  body('suite', 'schema', 'Another suite.', { suite: 2 });
  body('suite-true', 'schema', 'true is not 1.', { suite: true });
  body('version-0', 'schema', 'Versions start at 1.', { version: 0 });
  body('version-true', 'schema', 'true is not 1.', { version: true });
  body('slots-text', 'schema', 'A number.', { slots: '12' });
  body('day-impossible', 'schema', 'A day that exists.', { day: '2026-02-30' });
  body('active-number', 'schema', 'A day.', { active: 1 });
  body('extra-key', 'schema', 'A key too many.', { extra: 1 });
  body('deployment-short', 'encoding', '15 bytes.', { deployment: b64(deployment.slice(1)) });
  body('previous-number', 'encoding', 'b64 or empty.', { previous: 0 });
  body('previous-short', 'encoding', '31 bytes.', { previous: b64(seeded('x')(31)) });
  body('members-unsorted', 'schema', 'Ascending by id.', { members: [...founders].reverse().map(memberEntry) });
  body('members-doubled', 'schema', 'Different ids.', { members: [dan, dan, eva, anna, bo].map(memberEntry) });
  body('members-object', 'schema', 'An array.', { members: {} });
  body('member-role', 'schema', 'investigator or witness.', member({ role: 'admin' }));
  body('member-name-number', 'schema', 'A text.', member({ name: 1 }));
  body('member-id-reporter', 'schema', 'Never reporter.', member({ id: 'reporter' }));
  body('member-id-upper-case', 'schema', 'Lower case.', member({ id: 'Tillsyn-1' }));
  body('member-sign-short', 'encoding', '31 bytes.', member({ sign: b64(seeded('x')(31)) }));
  body('member-kem-hash-short', 'encoding', '31 bytes.', member({ kem_hash: b64(seeded('x')(31)) }));
  body('member-expires', 'schema', 'A day.', member({ expires: 'never' }));
  body('member-extra-key', 'schema', 'A key too many.', member({ extra: 1 }));
}

/** What a chain of three versions, in which Filip joins and then Cia leaves, is used for. */
export function addRosterUse(cases: Cases, documents: readonly SignedDocument[]): void {
  addDays(cases, chain(documents));
  addAuthors(cases, chain(documents));
  addFiles(cases);
  addNames(cases);
}

function addDays(cases: Cases, input: Fields): void {
  const on = (day: string, version: number): void => {
    cases.succeeds(`in-force-${day}`, 'The version in force on a day.', { ...input, operation: 'in-force', day }, { version });
  };
  on('2026-01-12', 1);
  on('2026-02-03', 1);
  on('2026-02-04', 2);
  on('2026-02-28', 2);
  on('2026-03-01', 3);
  on('2099-01-01', 3);
  cases.refuses('in-force-too-early', 'roster-chain', 'Before version 1 is active.', {
    ...input,
    operation: 'in-force',
    day: '2026-01-11',
  });
  const accepts = (name: string, comment: string, version: number, day: string, stale: boolean): void => {
    const asked = { ...input, operation: 'acceptable', version, day };
    if (stale) cases.refuses(name, 'roster-stale', comment, asked);
    else cases.succeeds(name, comment, asked);
  };
  accepts('letter-to-the-version-in-force', 'In force.', 3, '2026-03-01', false);
  accepts('letter-thirty-days-later', 'Replaced thirty days ago.', 1, '2026-03-06', false);
  accepts('letter-thirty-one-days-later', 'Replaced thirty-one days ago.', 1, '2026-03-07', true);
  accepts('letter-to-a-pending-version', 'Signed, but not in force yet.', 2, '2026-02-03', true);
  accepts('letter-to-version-0', 'There is none.', 0, '2026-03-01', true);
  accepts('letter-to-an-unknown-version', 'There is none.', 4, '2026-03-01', true);
}

function addAuthors(cases: Cases, input: Fields): void {
  const author = (name: string, comment: string, member: string, day: string, key: Uint8Array | null): void => {
    const asked = { ...input, operation: 'author', member, day };
    if (key === null) cases.refuses(name, 'author', comment, asked);
    else cases.succeeds(name, comment, asked, { key: hex(key) });
  };
  author('author-member', 'A member.', anna.id, '2026-03-05', anna.keys.signPublicKey);
  author('author-former-last-day', 'On the last day that counts.', cia.id, '2026-02-28', cia.keys.signPublicKey);
  author('author-former-after', 'The day after.', cia.id, '2026-03-01', null);
  author('author-new-before', 'Before the version with them is active.', filip.id, '2026-02-03', null);
  author('author-new-active', 'When it is.', filip.id, '2026-02-04', filip.keys.signPublicKey);
  author('author-unknown', 'Never in the roster.', 'utredare-9', '2026-03-01', null);
}

function addFiles(cases: Cases): void {
  const keys = Object.fromEntries(founders.map(({ id, keys: { kem } }) => [id, b64(kem.publicKey)]));
  const file = (changes: JsonObject): Fields => ({
    operation: 'file',
    text: text(canonical({ chain: [documentValue(firstRoster)], keys, ...changes })),
    anchor: hex(firstRoster.id),
    day: '2026-01-12',
  });
  const members = Object.fromEntries(founders.map(({ id, keys: { kem } }) => [id, hex(kemHash(kem.publicKey))]));
  cases.succeeds('file', 'A roster file; hashes of the keys in force.', file({}), { version: 1, kem_hashes: members });
  const { [cia.id]: _, ...missing } = keys;
  cases.refuses('file-key-missing', 'roster-chain', 'A member’s key is missing.', file({ keys: missing }));
  cases.refuses(
    'file-key-of-another',
    'roster-chain',
    'A member’s key is another’s.',
    file({ keys: { ...keys, [cia.id]: keys[bo.id]! } }),
  );
  cases.refuses(
    'file-key-short',
    'encoding',
    'A key of 1215 bytes.',
    file({ keys: { ...keys, [cia.id]: b64(cia.keys.kem.publicKey.slice(1)) } }),
  );
  cases.refuses(
    'file-key-of-no-member-id',
    'schema',
    'Keys are named by member ids.',
    file({ keys: { ...keys, _x: keys[bo.id]! } }),
  );
  cases.refuses('file-key-of-reporter', 'schema', 'Never reporter.', file({ keys: { ...keys, reporter: keys[bo.id]! } }));
  cases.refuses('file-extra-key', 'schema', 'A key too many.', file({ extra: 1 }));
  cases.refuses('file-keys-array', 'schema', 'An object.', file({ keys: [] }));
  cases.refuses('file-not-canonical', 'encoding', 'A line end after the file.', {
    ...file({}),
    text: `${file({}).text as string}\n`,
  });
}

function addNames(cases: Cases): void {
  for (const one of [anna, dan]) {
    const { signPublicKey, kem } = one.keys;
    const input = { operation: 'fingerprint', sign: hex(signPublicKey), kem: hex(kem.publicKey) };
    cases.succeeds(`fingerprint-${one.id}`, 'Six groups of four.', input, {
      text: fingerprint(signPublicKey, kem.publicKey),
      kem_hash: hex(kemHash(kem.publicKey)),
    });
  }
  const id = { operation: 'document-id', text: written(secondRoster) };
  cases.succeeds('document-id', 'Signatures are not part of it.', id, { id: hex(secondRoster.id) });
  cases.succeeds(
    'document-id-other-signatures',
    'The same body, other signatures.',
    { ...id, text: written(signedBy(parse(utf8(text(secondRoster.canonicalBody))) as JsonObject, [anna, bo, cia, dan])) },
    { id: hex(secondRoster.id) },
  );
}
