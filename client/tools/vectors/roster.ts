import { b64, canonical, parse, utf8, type Json, type JsonObject } from '../../src/crypto/encoding.ts';
import { document, documentValue, type SignedDocument } from '../../src/crypto/documents.ts';
import { LABELS } from '../../src/crypto/hashing.ts';
import { fingerprint, kemHash } from '../../src/crypto/roster.ts';
import { Cases, hex, seeded, text, type Case, type Fields } from './case.ts';
import { anna, bo, cia, dan, deployment, eva, filip, firstRoster, founders, memberEntry, nextBody, otherDeployment, rosterBody, secondRoster, signedBy, written, type Person } from './world.ts';

type Reason = Case['expect'];

export function rosterCases(): Case[] {
  const cases = new Cases();
  addRight(cases);
  addStarts(cases);
  addSignatures(cases);
  addSuccessions(cases);
  addForms(cases);
  addDays(cases);
  addFiles(cases);
  addNames(cases);
  return cases.list;
}

function chain(documents: readonly SignedDocument[], anchor = documents[0]!.id): Fields {
  return { operation: 'chain', documents: documents.map(written), anchor: hex(anchor) };
}

function versions(documents: readonly SignedDocument[]): Fields {
  return { versions: documents.map(({ id, body }) => ({ id: hex(id), version: body.version, active: body.active })) };
}

/** Cia leaves at once; the third version. */
const departure = nextBody(secondRoster, {
  active: '2026-03-01',
  day: '2026-03-01',
  former: [{ id: cia.id, sign: b64(cia.keys.signPublicKey), until: '2026-02-28' }],
  members: [dan, eva, anna, bo, filip].map(memberEntry),
});
const thirdRoster = signedBy(departure, [anna, dan, eva, filip]);
const lastRoster = signedBy({ ...departure, active: '2026-05-01', day: '2026-05-01', previous: b64(thirdRoster.id), version: 4, slots: 8 }, [anna, bo, filip]);

function addRight(cases: Cases): void {
  const right: [string, string, SignedDocument[]][] = [
    ['first', 'Version 1 by itself, three signatures of five.', [firstRoster]],
    ['second', 'A member joins, active two days later.', [firstRoster, secondRoster]],
    ['third', 'A member leaves at once, signed by one who had just joined.', [firstRoster, secondRoster, thirdRoster]],
    ['fourth', 'Fewer slots, nothing else.', [firstRoster, secondRoster, thirdRoster, lastRoster]],
    ['signed-by-all', 'More signatures than needed.', [signedBy(rosterBody(), founders)]],
    ['two-members', 'The smallest roster: two investigators, both sign.', [signedBy(rosterBody({ members: [anna, bo].map(memberEntry), slots: 4 }), [anna, bo])]],
    ['renamed', 'A member’s name, role and expiry may change.', [firstRoster, signedBy(nextBody(firstRoster, { active: '2026-02-02', members: [dan, eva, anna, bo, cia].map((one) => (one === cia ? { ...memberEntry(one), name: 'Cia Ek', role: 'witness', expires: '2029-01-01' } : memberEntry(one))) }), [anna, bo, dan])]],
  ];
  for (const [name, comment, documents] of right) cases.succeeds(name, comment, chain(documents), versions(documents));
}

function addStarts(cases: Cases): void {
  const refuses = (name: string, reason: Reason, comment: string, input: Fields): void => cases.refuses(name, reason as never, comment, input);
  refuses('no-version', 'roster-chain', 'An empty chain.', { operation: 'chain', documents: [], anchor: hex(firstRoster.id) });
  refuses('another-anchor', 'roster-chain', 'Starts elsewhere.', chain([firstRoster], seeded('anchor')(32)));
  refuses('anchor-of-the-second', 'roster-chain', 'The anchor is of version 2.', chain([firstRoster, secondRoster], secondRoster.id));
  refuses('starts-with-the-second', 'roster-chain', 'Version 1 is missing.', chain([secondRoster]));
  refuses('version-1-with-previous', 'roster-chain', 'Nothing is before version 1.', chain([signedBy(rosterBody({ previous: b64(seeded('x')(32)) }), [anna, bo, dan])]));
  refuses('version-1-with-former', 'roster-chain', 'Nobody has left before version 1.', chain([signedBy(rosterBody({ former: [{ id: 'utredare-9', sign: b64(filip.keys.signPublicKey), until: '2026-01-01' }] }), [anna, bo, dan])]));
}

function addSignatures(cases: Cases): void {
  const refuses = (name: string, reason: Reason, comment: string, documents: SignedDocument[]): void =>
    cases.refuses(name, reason as never, comment, chain(documents));
  const second = (signers: readonly Person[]): SignedDocument[] => [firstRoster, signedBy(nextBody(firstRoster), signers)];
  refuses('first-by-a-minority', 'roster-majority', 'Two of five.', [signedBy(rosterBody(), [anna, bo])]);
  refuses('first-by-nobody', 'roster-majority', 'No signature.', [signedBy(rosterBody(), [])]);
  refuses('first-of-two-by-one', 'roster-majority', 'One of two.', [signedBy(rosterBody({ members: [anna, bo].map(memberEntry) }), [anna])]);
  const four = rosterBody({ members: [dan, anna, bo, cia].map(memberEntry) });
  refuses('first-by-half', 'roster-majority', 'Two of four are no strict majority.', [signedBy(four, [anna, bo])]);
  refuses('second-by-a-minority', 'roster-majority', 'Two of the five before.', second([anna, bo]));
  refuses('second-by-the-new-member', 'roster-majority', 'Filip has no vote yet.', second([anna, bo, filip]));
  refuses('second-by-one-too-many', 'roster-majority', 'A majority, and somebody who has no vote.', second([anna, bo, cia, filip]));
  refuses('third-by-who-had-left', 'roster-majority', 'Cia has no vote on version 4.', [firstRoster, secondRoster, thirdRoster, signedBy(lastRoster.body, [anna, bo, filip, cia])]);
  const stolen = new Map(secondRoster.signatures).set(anna.id, secondRoster.signatures.get(bo.id)!);
  refuses('signature-of-another-member', 'roster-majority', 'Bo’s signature under Anna’s name.', [firstRoster, document(secondRoster.body, stolen)]);
  const replayed = new Map(secondRoster.signatures).set(anna.id, firstRoster.signatures.get(anna.id)!);
  refuses('signature-of-another-version', 'roster-majority', 'Anna’s signature under version 1.', [firstRoster, document(secondRoster.body, replayed)]);
  refuses('signed-as-a-deployment-file', 'roster-majority', 'Signatures of another purpose.', [firstRoster, signedBy(nextBody(firstRoster), [anna, bo, cia], LABELS.signDeployment)]);
  const changed = document(nextBody(firstRoster, { slots: 13 }), secondRoster.signatures);
  refuses('body-changed-after-signing', 'roster-majority', 'Another number of slots.', [firstRoster, changed]);
}

function addSuccessions(cases: Cases): void {
  const refuses = (name: string, comment: string, changes: JsonObject, signers = [anna, bo, cia]): void =>
    cases.refuses(name, 'roster-chain', comment, chain([firstRoster, signedBy(nextBody(firstRoster, changes), signers)]));
  const after = (name: string, comment: string, changes: JsonObject): void =>
    cases.refuses(name, 'roster-chain', comment, chain([firstRoster, secondRoster, thirdRoster, signedBy({ ...lastRoster.body, ...changes }, [anna, bo, dan, filip])]));
  const without = (...gone: Person[]): Json[] => founders.filter((one) => !gone.includes(one)).map(memberEntry);
  const replaced = (who: Person, changes: JsonObject): Json[] => founders.map((one) => (one === who ? { ...memberEntry(one), ...changes } : memberEntry(one)));
  const left = (who: Person, sign = who.keys.signPublicKey): JsonObject => ({ id: who.id, sign: b64(sign), until: '2026-02-01' });
  const strange = seeded('strange key')(32);
  refuses('version-skipped', 'Version 3 after version 1.', { version: 3 });
  refuses('version-repeated', 'Version 1 again.', { version: 1 });
  refuses('previous-empty', 'Names nothing before it.', { previous: '' });
  refuses('previous-wrong', 'Names something else.', { previous: b64(seeded('x')(32)) });
  refuses('another-deployment', 'Of another deployment.', { deployment: b64(otherDeployment) });
  refuses('day-before-the-last', 'Dated before version 1.', { day: '2026-01-11', active: '2026-01-20' });
  after('active-before-the-last', 'Active before version 3.', { day: '2026-03-01', active: '2026-02-28' });
  refuses('active-before-its-day', 'Active before it was made.', { day: '2026-02-02', active: '2026-02-01', members: founders.map(memberEntry) });
  refuses('new-member-at-once', 'A new member, active the same day.', { active: '2026-02-02' });
  refuses('new-member-next-day', 'A new member, active the next day.', { active: '2026-02-03' });
  refuses('lost-member', 'Cia is gone, but not among the former.', { members: without(cia) });
  refuses('former-with-another-key', 'Cia left with another key.', { members: without(cia), former: [left(cia, strange)] });
  refuses('member-and-former', 'Cia is both.', { members: founders.map(memberEntry), former: [left(cia)] });
  refuses('former-never-member', 'Somebody left who never was there.', { members: founders.map(memberEntry), former: [{ id: 'utredare-9', sign: b64(strange), until: '2026-02-01' }] });
  refuses('signing-key-changed', 'A member with a new signing key takes a new id.', { members: replaced(cia, { sign: b64(strange) }) });
  refuses('kem-key-changed', 'A member with a new KEM key takes a new id.', { members: replaced(cia, { kem_hash: b64(strange) }) });
  refuses('signing-key-twice', 'Two members with one signing key.', { members: [...founders.map(memberEntry), { ...memberEntry(filip), sign: b64(anna.keys.signPublicKey) }] });
  refuses('kem-key-twice', 'Two members with one KEM key.', { members: [...founders.map(memberEntry), { ...memberEntry(filip), kem_hash: b64(kemHash(anna.keys.kem.publicKey)) }] });
  refuses('key-of-a-former', 'A new member with the signing key of one who left.', { former: [left(cia)], members: [...without(cia), { ...memberEntry(filip), sign: b64(cia.keys.signPublicKey) }] });
  refuses('one-investigator', 'At least two.', { former: [left(bo), left(cia)], members: without(bo, cia) });
  refuses('fewer-slots-than-members', 'Five slots, six members.', { slots: 5 });
  refuses('three-slots', 'At least four.', { slots: 3, former: [left(dan), left(eva)], members: without(dan, eva) });
  refuses('seventeen-slots', 'At most sixteen.', { slots: 17 });
  after('former-forgotten', 'Cia is no longer among the former.', { former: [] });
  after('former-until-changed', 'Cia’s last day moved.', { former: [{ ...left(cia), until: '2026-03-31' }] });
  after('former-returns', 'Cia is a member again.', { active: '2026-05-03', former: [], members: [dan, eva, anna, bo, cia, filip].map(memberEntry) });
  after('former-id-reused', 'Somebody else takes Cia’s id.', { active: '2026-05-03', former: [], members: [dan, eva, anna, bo, { ...cia, keys: { ...cia.keys, signPublicKey: strange } }, filip].map(memberEntry) });
}

function addForms(cases: Cases): void {
  const raw = (name: string, reason: Reason, comment: string, value: unknown): void =>
    cases.refuses(name, reason as never, comment, { operation: 'chain', documents: [text(canonical(value))], anchor: hex(firstRoster.id) });
  const value = documentValue(firstRoster);
  const signatures = value.signatures as Json[];
  raw('signature-doubled', 'schema', 'One member signs twice.', { ...value, signatures: [...signatures, signatures.at(-1)!] });
  raw('signatures-unsorted', 'schema', 'Signatures in another order.', { ...value, signatures: [...signatures].reverse() });
  raw('signature-without-member', 'schema', 'A key is missing.', { ...value, signatures: [{ signature: (signatures[0] as JsonObject).signature! }] });
  raw('signature-short', 'encoding', '63 bytes.', { ...value, signatures: [{ member: anna.id, signature: b64(seeded('x')(63)) }] });
  raw('signature-by-reporter', 'schema', 'reporter is no member id.', { ...value, signatures: [{ member: 'reporter', signature: b64(seeded('x')(64)) }] });
  raw('document-extra-key', 'schema', 'A key too many.', { ...value, extra: 1 });
  raw('document-without-signatures', 'schema', 'A key is missing.', { body: value.body });
  raw('document-array', 'schema', 'An object.', []);
  const body = (name: string, reason: Reason, comment: string, changes: JsonObject): void => {
    const signed = signedBy(rosterBody(changes), [anna, bo, dan]);
    cases.refuses(name, reason as never, comment, chain([signed]));
  };
  const member = (changes: JsonObject): JsonObject => ({ members: founders.map((one) => (one === dan ? { ...memberEntry(one), ...changes } : memberEntry(one))) });
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

function addDays(cases: Cases): void {
  const all = [firstRoster, secondRoster, thirdRoster];
  const input = { ...chain(all) };
  const on = (day: string, version: number): void => {
    cases.succeeds(`in-force-${day}`, 'The version in force on a day.', { ...input, operation: 'in-force', day }, { version });
  };
  on('2026-01-12', 1);
  on('2026-02-03', 1);
  on('2026-02-04', 2);
  on('2026-02-28', 2);
  on('2026-03-01', 3);
  on('2099-01-01', 3);
  cases.refuses('in-force-too-early', 'roster-chain', 'Before version 1 is active.', { ...input, operation: 'in-force', day: '2026-01-11' });
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
  cases.refuses('file-key-of-another', 'roster-chain', 'A member’s key is another’s.', file({ keys: { ...keys, [cia.id]: keys[bo.id]! } }));
  cases.refuses('file-key-short', 'encoding', 'A key of 1215 bytes.', file({ keys: { ...keys, [cia.id]: b64(cia.keys.kem.publicKey.slice(1)) } }));
  cases.refuses('file-extra-key', 'schema', 'A key too many.', file({ extra: 1 }));
  cases.refuses('file-keys-array', 'schema', 'An object.', file({ keys: [] }));
  cases.refuses('file-not-canonical', 'encoding', 'A line end after the file.', { ...file({}), text: `${file({}).text as string}\n` });
}

function addNames(cases: Cases): void {
  for (const one of [anna, dan]) {
    const { signPublicKey, kem } = one.keys;
    const input = { operation: 'fingerprint', sign: hex(signPublicKey), kem: hex(kem.publicKey) };
    cases.succeeds(`fingerprint-${one.id}`, 'Six groups of four.', input, { text: fingerprint(signPublicKey, kem.publicKey), kem_hash: hex(kemHash(kem.publicKey)) });
  }
  const id = { operation: 'document-id', text: written(secondRoster) };
  cases.succeeds('document-id', 'Signatures are not part of it.', id, { id: hex(secondRoster.id) });
  cases.succeeds('document-id-other-signatures', 'The same body, other signatures.', { ...id, text: written(signedBy(parse(utf8(text(secondRoster.canonicalBody))) as JsonObject, [anna, bo, cia, dan])) }, { id: hex(secondRoster.id) });
}
