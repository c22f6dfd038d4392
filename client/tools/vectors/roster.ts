import { b64, type Json, type JsonObject } from '../../src/crypto/encoding.ts';
import { document, type SignedDocument } from '../../src/crypto/documents.ts';
import { LABELS } from '../../src/crypto/hashing.ts';
import { kemHash } from '../../src/crypto/roster.ts';
import type { Reason } from '../../src/crypto/errors.ts';
import { Cases, hex, seeded, type Case, type Fields } from './case.ts';
import { addRosterForms, addRosterUse, chain } from './roster-forms.ts';
import {
  anna,
  bo,
  cia,
  dan,
  eva,
  filip,
  firstRoster,
  founders,
  memberEntry,
  nextBody,
  otherDeployment,
  rosterBody,
  secondRoster,
  signedBy,
  type Person,
} from './world.ts';

export function rosterCases(): Case[] {
  const cases = new Cases();
  addRight(cases);
  addStarts(cases);
  addSignatures(cases);
  addOrder(cases);
  addMembers(cases);
  addFormer(cases);
  addRosterForms(cases);
  addRosterUse(cases, [firstRoster, secondRoster, thirdRoster]);
  return cases.list;
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
const lastRoster = signedBy(
  { ...departure, active: '2026-05-01', day: '2026-05-01', previous: b64(thirdRoster.id), version: 4, slots: 8 },
  [anna, bo, filip],
);

function addRight(cases: Cases): void {
  const right: [string, string, SignedDocument[]][] = [
    ['first', 'Version 1 by itself, three signatures of five.', [firstRoster]],
    ['second', 'A member joins, active two days later.', [firstRoster, secondRoster]],
    ['third', 'A member leaves at once, signed by one who had just joined.', [firstRoster, secondRoster, thirdRoster]],
    ['fourth', 'Fewer slots, nothing else.', [firstRoster, secondRoster, thirdRoster, lastRoster]],
    ['signed-by-all', 'More signatures than needed.', [signedBy(rosterBody(), founders)]],
    [
      'two-members',
      'The smallest roster: two investigators, both sign.',
      [signedBy(rosterBody({ members: [anna, bo].map(memberEntry), slots: 4 }), [anna, bo])],
    ],
    [
      'renamed',
      'A member’s name and expiry may change.',
      [
        firstRoster,
        signedBy(
          nextBody(firstRoster, {
            active: '2026-02-02',
            members: [dan, eva, anna, bo, cia].map((one) =>
              one === cia ? { ...memberEntry(one), name: 'Cia Ek', expires: '2029-01-01' } : memberEntry(one),
            ),
          }),
          [anna, bo, dan],
        ),
      ],
    ],
  ];
  for (const [name, comment, documents] of right) cases.succeeds(name, comment, chain(documents), versions(documents));
}

function addStarts(cases: Cases): void {
  const refuses = (name: string, reason: Reason, comment: string, input: Fields): void =>
    cases.refuses(name, reason, comment, input);
  refuses('no-version', 'roster-chain', 'An empty chain.', { operation: 'chain', documents: [], anchor: hex(firstRoster.id) });
  refuses('another-anchor', 'roster-chain', 'Starts elsewhere.', chain([firstRoster], seeded('anchor')(32)));
  refuses(
    'anchor-of-the-second',
    'roster-chain',
    'The anchor is of version 2.',
    chain([firstRoster, secondRoster], secondRoster.id),
  );
  refuses('starts-with-the-second', 'roster-chain', 'Version 1 is missing.', chain([secondRoster]));
  refuses(
    'version-1-with-previous',
    'roster-chain',
    'Nothing is before version 1.',
    chain([signedBy(rosterBody({ previous: b64(seeded('x')(32)) }), [anna, bo, dan])]),
  );
  refuses(
    'version-1-with-former',
    'roster-chain',
    'Nobody has left before version 1.',
    chain([
      signedBy(rosterBody({ former: [{ id: 'utredare-9', sign: b64(filip.keys.signPublicKey), until: '2026-01-01' }] }), [
        anna,
        bo,
        dan,
      ]),
    ]),
  );
}

function addSignatures(cases: Cases): void {
  const refuses = (name: string, reason: Reason, comment: string, documents: SignedDocument[]): void =>
    cases.refuses(name, reason, comment, chain(documents));
  const second = (signers: readonly Person[]): SignedDocument[] => [firstRoster, signedBy(nextBody(firstRoster), signers)];
  refuses('first-by-a-minority', 'roster-majority', 'Two of five.', [signedBy(rosterBody(), [anna, bo])]);
  refuses('first-by-nobody', 'roster-majority', 'No signature.', [signedBy(rosterBody(), [])]);
  refuses('first-of-two-by-one', 'roster-majority', 'One of two.', [
    signedBy(rosterBody({ members: [anna, bo].map(memberEntry) }), [anna]),
  ]);
  const four = rosterBody({ members: [dan, anna, bo, cia].map(memberEntry) });
  refuses('first-by-half', 'roster-majority', 'Two of four are no strict majority.', [signedBy(four, [anna, bo])]);
  refuses('second-by-a-minority', 'roster-majority', 'Two of the five before.', second([anna, bo]));
  refuses('second-by-the-new-member', 'roster-majority', 'Filip has no vote yet.', second([anna, bo, filip]));
  refuses(
    'second-by-one-too-many',
    'roster-majority',
    'A majority, and somebody who has no vote.',
    second([anna, bo, cia, filip]),
  );
  refuses('third-by-who-had-left', 'roster-majority', 'Cia has no vote on version 4.', [
    firstRoster,
    secondRoster,
    thirdRoster,
    signedBy(lastRoster.body, [anna, bo, filip, cia]),
  ]);
  const stolen = new Map(secondRoster.signatures).set(anna.id, secondRoster.signatures.get(bo.id)!);
  refuses('signature-of-another-member', 'roster-majority', 'Bo’s signature under Anna’s name.', [
    firstRoster,
    document(secondRoster.body, stolen),
  ]);
  const replayed = new Map(secondRoster.signatures).set(anna.id, firstRoster.signatures.get(anna.id)!);
  refuses('signature-of-another-version', 'roster-majority', 'Anna’s signature under version 1.', [
    firstRoster,
    document(secondRoster.body, replayed),
  ]);
  refuses('signed-as-a-deployment-file', 'roster-majority', 'Signatures of another purpose.', [
    firstRoster,
    signedBy(nextBody(firstRoster), [anna, bo, cia], LABELS.signDeployment),
  ]);
  const changed = document(nextBody(firstRoster, { slots: 13 }), secondRoster.signatures);
  refuses('body-changed-after-signing', 'roster-majority', 'Another number of slots.', [firstRoster, changed]);
}

/** Refuses version 2 with these changes. */
function refuseSecond(cases: Cases, name: string, comment: string, changes: JsonObject): void {
  const second = signedBy(nextBody(firstRoster, changes), [anna, bo, cia]);
  cases.refuses(name, 'roster-chain', comment, chain([firstRoster, second]));
}

/** Refuses version 4 with these changes. */
function refuseLast(cases: Cases, name: string, comment: string, changes: JsonObject): void {
  const last = signedBy({ ...lastRoster.body, ...changes }, [anna, bo, dan, filip]);
  cases.refuses(name, 'roster-chain', comment, chain([firstRoster, secondRoster, thirdRoster, last]));
}

const STRANGE = seeded('strange key')(32);
const SAME = founders.map(memberEntry);

function without(...gone: Person[]): Json[] {
  return founders.filter((one) => !gone.includes(one)).map(memberEntry);
}

function left(who: Person, sign = who.keys.signPublicKey): JsonObject {
  return { id: who.id, sign: b64(sign), until: '2026-02-01' };
}

function addOrder(cases: Cases): void {
  const refuses = (name: string, comment: string, changes: JsonObject): void => refuseSecond(cases, name, comment, changes);
  refuses('version-skipped', 'Version 3 after version 1.', { version: 3 });
  refuses('version-repeated', 'Version 1 again.', { version: 1 });
  refuses('previous-empty', 'Names nothing before it.', { previous: '' });
  refuses('previous-wrong', 'Names something else.', { previous: b64(seeded('x')(32)) });
  refuses('another-deployment', 'Of another deployment.', { deployment: b64(otherDeployment) });
  refuses('day-before-the-last', 'Dated before version 1.', { day: '2026-01-11', active: '2026-01-20' });
  const early = { active: '2026-02-01', day: '2026-02-02', members: SAME };
  refuses('active-before-its-day', 'Active before it was made.', early);
  refuses('new-member-at-once', 'A new member, active the same day.', { active: '2026-02-02' });
  refuses('new-member-next-day', 'A new member, active the next day.', { active: '2026-02-03' });
  refuses('fewer-slots-than-members', 'Five slots, six members.', { slots: 5 });
  refuses('seventeen-slots', 'At most sixteen.', { slots: 17 });
  const overtaking = nextBody(secondRoster, { active: '2026-02-03', day: '2026-02-03' });
  const documents = [firstRoster, secondRoster, signedBy(overtaking, [anna, bo, cia, dan])];
  cases.refuses('active-before-the-last', 'roster-chain', 'Active before version 2 is.', chain(documents));
}

function addMembers(cases: Cases): void {
  const refuses = (name: string, comment: string, changes: JsonObject): void => refuseSecond(cases, name, comment, changes);
  const replaced = (changes: JsonObject): JsonObject => ({
    members: founders.map((one) => (one === cia ? { ...memberEntry(one), ...changes } : memberEntry(one))),
  });
  const joined = (changes: JsonObject): JsonObject => ({ members: [...SAME, { ...memberEntry(filip), ...changes }] });
  refuses('lost-member', 'Cia is gone, but not among the former.', { members: without(cia) });
  refuses('signing-key-changed', 'A new signing key takes a new id.', replaced({ sign: b64(STRANGE) }));
  refuses('kem-key-changed', 'A new KEM key takes a new id.', replaced({ kem_hash: b64(STRANGE) }));
  refuses('role-changed', 'A member with another role takes a new id.', replaced({ role: 'witness' }));
  refuses('signing-key-twice', 'Two members with one signing key.', joined({ sign: b64(anna.keys.signPublicKey) }));
  refuses('kem-key-twice', 'Two members with one KEM key.', joined({ kem_hash: b64(kemHash(anna.keys.kem.publicKey)) }));
  refuses('one-investigator', 'At least two.', { former: [left(bo), left(cia)], members: without(bo, cia) });
  refuses('three-slots', 'At least four.', { slots: 3, former: [left(dan), left(eva)], members: without(dan, eva) });
}

function addFormer(cases: Cases): void {
  const refuses = (name: string, comment: string, changes: JsonObject): void => refuseSecond(cases, name, comment, changes);
  const after = (name: string, comment: string, changes: JsonObject): void => refuseLast(cases, name, comment, changes);
  const stranger = { id: 'utredare-9', sign: b64(STRANGE), until: '2026-02-01' };
  const usurper = { ...memberEntry(filip), sign: b64(cia.keys.signPublicKey) };
  const changed = { ...memberEntry(cia), sign: b64(STRANGE) };
  const back = (entry: JsonObject): JsonObject => ({
    active: '2026-05-03',
    former: [],
    members: [...[dan, eva, anna, bo].map(memberEntry), entry, memberEntry(filip)],
  });
  refuses('former-with-another-key', 'Cia left with another key.', { members: without(cia), former: [left(cia, STRANGE)] });
  refuses('member-and-former', 'Cia is both.', { members: SAME, former: [left(cia)] });
  const both = { members: SAME, former: [left(cia, STRANGE)] };
  refuses('member-and-former-with-another-key', 'Cia is both, under another key.', both);
  refuses('former-never-member', 'Somebody left who never was there.', { members: SAME, former: [stranger] });
  const inherited = { former: [left(cia)], members: [...without(cia), usurper] };
  refuses('key-of-a-former', 'A new member with the signing key of one who left.', inherited);
  after('former-forgotten', 'Cia is no longer among the former.', { former: [] });
  after('former-until-changed', 'Cia’s last day moved.', { former: [{ ...left(cia), until: '2026-03-31' }] });
  after('former-returns', 'Cia is a member again.', back(memberEntry(cia)));
  after('former-id-reused', 'Somebody else takes Cia’s id.', back(changed));
}
