/** The people and things that the vectors are about. All fictional, all from seeds. */
import { b64, canonical, type JsonObject } from '../../src/crypto/encoding.ts';
import { document, documentValue, type DocumentLabel, type SignedDocument } from '../../src/crypto/documents.ts';
import { sign, type Draft, type Event } from '../../src/crypto/event.ts';
import { LABELS } from '../../src/crypto/hashing.ts';
import { reporterKeys, type ReporterKeys } from '../../src/crypto/receipt.ts';
import { kemHash } from '../../src/crypto/roster.ts';
import * as signing from '../../src/crypto/signing.ts';
import { memberKeys, type MemberKeys } from '../../test/reference/member.ts';
import { seeded, text } from './case.ts';

export const DAY = '2026-03-02';
export const ROSTER_DAY = '2026-01-12';
export const deployment = seeded('deployment')(16);
export const otherDeployment = seeded('other deployment')(16);
export const entropy = seeded('receipt')(12);
export const reporter = reporterKeys(entropy, deployment);
export const stranger: ReporterKeys = reporterKeys(seeded('another receipt')(12), deployment);

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly role: 'investigator' | 'witness';
  readonly secret: Uint8Array;
  readonly keys: MemberKeys;
}

function person(id: string, name: string, role: Person['role']): Person {
  const secret = seeded(`member ${id}`)(32);
  return { id, name, role, secret, keys: memberKeys(secret) };
}

export const anna = person('utredare-1', 'Anna Åkerö', 'investigator');
export const bo = person('utredare-2', 'Bo Ek', 'investigator');
export const cia = person('utredare-3', 'Cia Öman', 'investigator');
export const dan = person('tillsyn-1', 'Dan Alm', 'witness');
export const eva = person('tillsyn-2', 'Eva Lind', 'witness');
export const filip = person('utredare-4', 'Filip Ström', 'investigator');
/** Ascending by id. */
export const founders = [dan, eva, anna, bo, cia];

export function memberEntry(one: Person): JsonObject {
  return {
    expires: '2028-12-31',
    id: one.id,
    kem_hash: b64(kemHash(one.keys.kem.publicKey)),
    name: one.name,
    role: one.role,
    sign: b64(one.keys.signPublicKey),
  };
}

/** Body of roster version 1, with anything replaced. */
export function rosterBody(changes: JsonObject = {}): JsonObject {
  return {
    active: ROSTER_DAY,
    day: ROSTER_DAY,
    deployment: b64(deployment),
    former: [],
    kind: 'roster',
    members: founders.map(memberEntry),
    previous: '',
    slots: 12,
    suite: 1,
    version: 1,
    ...changes,
  };
}

export function signedBy(body: JsonObject, signers: readonly Person[], label: DocumentLabel = LABELS.signRoster): SignedDocument {
  const canonicalBody = canonical(body);
  const signatures = signers.map(({ id, keys }) => [id, signing.sign(label, keys.signSeed, canonicalBody)] as const);
  return document(body, new Map(signatures));
}

/** A document's canonical JSON. */
export function written(signed: SignedDocument): string {
  return text(canonical(documentValue(signed)));
}

export const firstRoster = signedBy(rosterBody(), [anna, bo, dan]);

/** Body of a version after `before`: Filip joins. */
export function nextBody(before: SignedDocument, changes: JsonObject = {}): JsonObject {
  return rosterBody({
    active: '2026-02-04',
    day: '2026-02-02',
    members: [...founders, filip].map(memberEntry),
    previous: b64(before.id),
    version: Number(before.body.version) + 1,
    ...changes,
  });
}

export const secondRoster = signedBy(nextBody(firstRoster), [anna, bo, cia]);

const EVERYBODY = [...founders.map(({ id }) => id), 'reporter'].sort();

/** An event of the reporter's thread with anything replaced. */
export function reporterDraft(changes: Partial<Draft> = {}): Draft {
  return {
    audience: EVERYBODY,
    author: 'reporter',
    body: { parcels: [], text: 'Det hände igen i fredags.' },
    day: DAY,
    deployment,
    kind: 'message',
    parents: [],
    seq: 256 * 20_514,
    thread: reporter.thread.id,
    ...changes,
  };
}

export const reportEvent: Event = sign(
  reporterDraft({
    audience: ['reporter', 'tillsyn-1', 'utredare-1', 'utredare-2'],
    kind: 'report',
    body: {
      answers: { what: ['humiliation', 'threat'], when: ['month'] },
      language: 'sv',
      narrative: 'Chefen skriker åt oss på morgonmötet.\nDet är “vardag” nu. 😟',
      parcels: [],
      path: 'browser',
      questionnaire: b64(seeded('deployment version id')(32)),
    },
  }),
  reporter.signSeed,
);

export const exclusionEvent: Event = sign(
  reporterDraft({
    audience: reportEvent.audience,
    kind: 'exclusion',
    body: { exclude: ['tillsyn-2', 'utredare-3'] },
    seq: reportEvent.seq + 1,
    parents: [reportEvent.id],
  }),
  reporter.signSeed,
);

export const answerEvent: Event = sign(
  reporterDraft({
    audience: ['reporter', 'utredare-1', 'utredare-2'],
    author: anna.id,
    body: { parcels: [], text: 'Tack. Vi hör av oss inom sju dagar.' },
    parents: [reportEvent.id, exclusionEvent.id],
    seq: 1,
  }),
  anna.keys.signSeed,
);

/** The keys with which a reader checks authors: member id or `reporter` → Ed25519 public key in hex is `keysHex`. */
export const authorKeys: ReadonlyMap<string, Uint8Array> = new Map([
  ...founders.map(({ id, keys }) => [id, keys.signPublicKey] as const),
  ['reporter', reporter.thread.signPublicKey] as const,
]);
