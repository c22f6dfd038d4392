import { b64, canonical, type JsonObject } from '../../src/crypto/encoding.ts';
import type { Reason } from '../../src/crypto/errors.ts';
import { documentValue } from '../../src/crypto/documents.ts';
import { enrolmentBody, signEnrolment } from '../../test/reference/enrolment.ts';
import { fingerprint } from '../../src/crypto/roster.ts';
import { Cases, hex, seeded, text, type Case } from './case.ts';
import { anna, deployment, filip, firstRoster, founders, otherDeployment, rosterBody, signedBy, bo } from './world.ts';

export function enrolmentCases(): Case[] {
  const cases = new Cases();
  const who = { member: filip.id, name: filip.name, role: filip.role };
  const body = enrolmentBody(who, filip.keys);
  const reading = (value: JsonObject) => ({ operation: 'read', text: text(canonical(value)) });
  const right = signEnrolment(body, filip.keys.signSeed);
  const output = {
    ...who,
    sign: hex(filip.keys.signPublicKey),
    kem: hex(filip.keys.kem.publicKey),
    fingerprint: fingerprint(filip.keys.signPublicKey, filip.keys.kem.publicKey),
  };
  cases.succeeds('enrolment', 'A future member’s public part.', reading(right), output);
  const changed: [string, Reason, string, JsonObject][] = [
    ['kind', 'schema', 'Another kind of file.', { kind: 'invitation' }],
    ['suite', 'schema', 'Another suite.', { suite: 2 }],
    ['suite-true', 'schema', 'true is not 1.', { suite: true }],
    ['role', 'schema', 'investigator or witness.', { role: 'admin' }],
    ['member-reporter', 'schema', 'Never reporter.', { member: 'reporter' }],
    ['member-upper-case', 'schema', 'Lower case.', { member: 'Utredare-4' }],
    ['name-number', 'schema', 'A text.', { name: 1 }],
    ['name-escape', 'schema', 'A control character.', { name: 'Filip\u001b[31m' }],
    ['name-bidi', 'schema', 'A format character that turns the direction.', { name: 'Filip \u202emörtS' }],
    ['extra-key', 'schema', 'A key too many.', { extra: 1 }],
    ['kem-short', 'encoding', '1215 bytes.', { kem: b64(filip.keys.kem.publicKey.slice(1)) }],
    ['sign-short', 'encoding', '31 bytes.', { sign: b64(filip.keys.signPublicKey.slice(1)) }],
    ['key-of-another', 'signature', 'Signed by another key than the one inside.', { sign: b64(anna.keys.signPublicKey) }],
    [
      'small-order-key',
      'signature',
      'A key that would verify anything.',
      { sign: b64(Uint8Array.from({ length: 32 }, (_, at) => (at === 0 ? 1 : 0))) },
    ],
  ];
  for (const [name, reason, comment, changes] of changed) {
    cases.refuses(name, reason, comment, reading(signEnrolment({ ...body, ...changes }, filip.keys.signSeed)));
  }
  const altered = (name: string, comment: string, changes: JsonObject): void =>
    cases.refuses(name, 'signature', comment, reading({ ...right, body: { ...body, ...changes } }));
  altered('name-changed', 'The name changed after signing.', { name: 'Någon Annan' });
  altered('kem-changed', 'The KEM key changed after signing.', { kem: b64(anna.keys.kem.publicKey) });
  altered('role-changed', 'The role changed after signing.', { role: 'witness' });
  cases.refuses('signature-short', 'encoding', '63 bytes.', reading({ ...right, signature: b64(seeded('x')(63)) }));
  cases.refuses('outer-extra-key', 'schema', 'A key too many.', reading({ ...right, extra: 1 }));
  cases.refuses('not-canonical', 'encoding', 'A line end after the file.', {
    operation: 'read',
    text: `${text(canonical(right))}\n`,
  });
  return cases.list;
}

export function invitationCases(): Case[] {
  const cases = new Cases();
  const keys = Object.fromEntries(founders.map(({ id, keys: { kem } }) => [id, b64(kem.publicKey)]));
  const invitation = (changes: JsonObject = {}) => ({
    operation: 'read',
    text: text(
      canonical({
        anchor: b64(firstRoster.id),
        deployment: b64(deployment),
        kind: 'invitation',
        roster: { chain: [documentValue(firstRoster)], keys },
        site: 'https://anmalan.example.se',
        suite: 1,
        ...changes,
      }),
    ),
  });
  const output = { site: 'https://anmalan.example.se', anchor: hex(firstRoster.id), deployment: hex(deployment), version: 1 };
  cases.succeeds('invitation', 'Where the site is and which roster to trust.', invitation(), output);
  const minority = signedBy(rosterBody(), [anna, bo]);
  const refused: [string, Reason, string, JsonObject][] = [
    ['kind', 'schema', 'Another kind of file.', { kind: 'enrolment' }],
    ['suite', 'schema', 'Another suite.', { suite: 2 }],
    ['suite-true', 'schema', 'true is not 1.', { suite: true }],
    ['site-number', 'schema', 'A text.', { site: 1 }],
    ['site-not-a-url', 'schema', 'A site is on the web.', { site: 'javascript:alert(1)' }],
    ['extra-key', 'schema', 'A key too many.', { extra: 1 }],
    ['roster-array', 'schema', 'A roster file.', { roster: [] }],
    ['anchor-short', 'encoding', '31 bytes.', { anchor: b64(seeded('x')(31)) }],
    ['another-anchor', 'roster-chain', 'The roster starts elsewhere.', { anchor: b64(seeded('x')(32)) }],
    ['another-deployment', 'deployment', 'The roster is of another deployment.', { deployment: b64(otherDeployment) }],
    [
      'roster-by-a-minority',
      'roster-majority',
      'Two of five signed.',
      { anchor: b64(minority.id), roster: { chain: [documentValue(minority)], keys } },
    ],
  ];
  for (const [name, reason, comment, changes] of refused) cases.refuses(name, reason, comment, invitation(changes));
  cases.refuses('not-canonical', 'encoding', 'A line end after the file.', { operation: 'read', text: `${invitation().text}\n` });
  return cases.list;
}
