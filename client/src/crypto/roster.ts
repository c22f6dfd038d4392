/** The roster: who may read, who may decide, and how that changes (docs/protocol.md §9). */
import { b64, concat, equal, unb64, type Json, type JsonObject } from './encoding.ts';
import { Refused } from './errors.ts';
import { checkMajority, readDocument, type SignedDocument } from './documents.ts';
import { derive, LABELS, NOTHING } from './hashing.ts';
import * as kem from './kem.ts';
import { array, ascending, day, dayNumber, exactKeys, isInteger, isMemberId, isObject, demand } from './schema.ts';
import { LEAST_SLOTS, MOST_SLOTS } from './shape.ts';

const BODY_KEYS = ['active', 'day', 'deployment', 'former', 'kind', 'members', 'previous', 'slots', 'suite', 'version'];
const ACTIVATION_DAYS = 2;
const ACCEPTED_DAYS = 30;
const MOST_VERSION = 2 ** 32 - 1;
const MOST_NAME = 80;
/** Control and format characters (bidi among them) and line breaks could make one name look like another. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

export type Role = 'investigator' | 'witness';

export interface Member {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** Ed25519, 32 bytes. */
  readonly sign: Uint8Array;
  /** 32 bytes that stand for the KEM public key. */
  readonly kemHash: Uint8Array;
  readonly expires: string;
}

/** Somebody who left: their key verifies events up to `until`. */
export interface Former {
  readonly id: string;
  readonly sign: Uint8Array;
  readonly until: string;
}

/** One version, well formed; whether it holds is the chain's to say. */
export interface Roster {
  readonly document: SignedDocument;
  readonly version: number;
  readonly previous: string;
  /** 16 bytes. */
  readonly deployment: Uint8Array;
  readonly day: string;
  readonly active: string;
  readonly slots: number;
  readonly members: ReadonlyMap<string, Member>;
  readonly former: ReadonlyMap<string, Former>;
}

/** All versions from the anchor on, each carried by the one before; never empty. */
export type Chain = readonly Roster[];

/** What the site serves. */
export interface RosterFile {
  readonly documents: readonly SignedDocument[];
  /** Member id → KEM public key, 1216 bytes; not yet compared with any roster. */
  readonly keys: ReadonlyMap<string, Uint8Array>;
}

/** Roster file of a parsed value. Throws `schema` and `encoding`. */
export function readRosterFile(value: Json): RosterFile {
  const file = exactKeys(value, ['chain', 'keys']);
  demand(isObject(file.keys), 'keys');
  const keys = new Map<string, Uint8Array>();
  for (const [id, key] of Object.entries(file.keys)) {
    demand(isMemberId(id), 'a member id');
    keys.set(id, unb64(key, kem.PUBLIC_KEY_SIZE));
  }
  return { documents: array(file.chain).map(readDocument), keys };
}

/**
 * The chain of these documents, oldest first. `anchor` is the id (32 bytes) of version 1 that the reader has beforehand.
 * Throws `schema` and `encoding` for form, `roster-chain` and `roster-majority` for the rules.
 */
export function verifyChain(documents: readonly SignedDocument[], anchor: Uint8Array): Chain {
  const [first, ...rest] = documents;
  if (first === undefined) throw new Refused('roster-chain', 'no version');
  const start = readRoster(first);
  if (!equal(first.id, anchor)) throw new Refused('roster-chain', 'starts elsewhere');
  if (start.version !== 1 || start.previous !== '' || start.former.size > 0) {
    throw new Refused('roster-chain', 'does not start with version 1');
  }
  checkMajority(LABELS.signRoster, first, votingKeys(start));
  return rest.reduce<Chain>(append, [start]);
}

/** The chain with one more version. Throws as `verifyChain`. */
export function append(chain: Chain, document: SignedDocument): Chain {
  const newer = readRoster(document);
  checkSuccession(chain, newer);
  checkMajority(LABELS.signRoster, document, votingKeys(chain.at(-1)!));
  return [...chain, newer];
}

/** Member id → Ed25519 public key of those who may vote on the next version. */
export function votingKeys(roster: Roster): Map<string, Uint8Array> {
  return new Map([...roster.members.values()].map((member) => [member.id, member.sign]));
}

/** The last version active on `today`. Throws `roster-chain` before the first. */
export function inForce(chain: Chain, today: string): Roster {
  const roster = chain.filter((version) => version.active <= today).at(-1);
  if (roster === undefined) throw new Refused('roster-chain', 'no version holds yet');
  return roster;
}

/** The version a letter was sealed to. Throws `roster-stale` unless it is in force or was replaced at most 30 days ago. */
export function acceptable(chain: Chain, version: number, today: string): Roster {
  const current = inForce(chain, today);
  const roster = chain[version - 1];
  if (roster === undefined || version > current.version) throw new Refused('roster-stale', 'not in force');
  const replacement = version < current.version ? chain[version] : undefined;
  if (replacement !== undefined && dayNumber(today) - dayNumber(replacement.active) > ACCEPTED_DAYS) {
    throw new Refused('roster-stale', 'replaced too long ago');
  }
  return roster;
}

/** The Ed25519 key (32 bytes) that speaks for a member on a day. Throws `author`. */
export function authorKey(chain: Chain, member: string, today: string): Uint8Array {
  const left = chain.at(-1)!.former.get(member);
  if (left !== undefined && today > left.until) throw new Refused('author', 'had left');
  const entered = chain.find((version) => version.active <= today && version.members.has(member));
  if (entered === undefined) throw new Refused('author', 'not in the roster then');
  return entered.members.get(member)!.sign;
}

/** KEM public keys of all members of a version. Throws `roster-chain` when one is missing or another. */
export function checkedKeys(roster: Roster, keys: ReadonlyMap<string, Uint8Array>): Map<string, Uint8Array> {
  const checked = new Map<string, Uint8Array>();
  for (const member of roster.members.values()) {
    const key = keys.get(member.id);
    if (key === undefined || !equal(kemHash(key), member.kemHash)) throw new Refused('roster-chain', `key of ${member.id}`);
    checked.set(member.id, key);
  }
  return checked;
}

/** The 32 bytes that stand for a KEM public key in a roster. */
export function kemHash(publicKey: Uint8Array): Uint8Array {
  return derive(LABELS.kemHash, NOTHING, publicKey, 32);
}

/** 120 bits to compare by voice: six groups of four letters and digits, with spaces between. */
export function fingerprint(signPublicKey: Uint8Array, kemPublicKey: Uint8Array): string {
  const digest = derive(LABELS.fingerprint, NOTHING, concat(signPublicKey, kemPublicKey), 15);
  const bits = [...digest].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const text = bits.replace(/.{5}/g, (five) => BASE32.charAt(parseInt(five, 2)));
  return text.match(/.{4}/g)!.join(' ');
}

/** One version by itself. Throws `schema` and `encoding` for form, `roster-chain` for rules 3 and 4. */
export function readRoster(document: SignedDocument): Roster {
  const body = exactKeys(document.body, BODY_KEYS);
  const { kind, previous, slots, suite, version } = body;
  demand(kind === 'roster' && suite === 1, 'kind or suite');
  demand(isInteger(version, 1, MOST_VERSION), 'version');
  demand(Number.isInteger(slots), 'slots');
  if (previous !== '') unb64(previous, 32);
  const roster: Roster = {
    document,
    version,
    previous: previous as string,
    deployment: unb64(body.deployment, 16),
    day: day(body.day),
    active: day(body.active),
    slots: slots as number,
    members: byId(array(body.members).map(readMember)),
    former: byId(array(body.former).map(readFormer)),
  };
  checkAlone(roster);
  return roster;
}

function readMember(value: Json): Member {
  const { expires, id, kem_hash, name, role, sign } = entry(value, ['expires', 'id', 'kem_hash', 'name', 'role', 'sign']);
  demand(role === 'investigator' || role === 'witness', 'role');
  demand(typeof name === 'string' && name !== '' && [...name].length <= MOST_NAME && !HIDDEN.test(name), 'name');
  return { id, name, role, sign: unb64(sign, 32), kemHash: unb64(kem_hash, 32), expires: day(expires) };
}

function readFormer(value: Json): Former {
  const { id, sign, until } = entry(value, ['id', 'sign', 'until']);
  return { id, sign: unb64(sign, 32), until: day(until) };
}

function entry(value: Json, keys: string[]): JsonObject & { id: string } {
  const object = exactKeys(value, keys);
  demand(isMemberId(object.id), 'a member id');
  return object as JsonObject & { id: string };
}

function byId<Entry extends { id: string }>(entries: Entry[]): Map<string, Entry> {
  ascending(
    entries.map(({ id }) => id),
    0,
    Infinity,
  );
  return new Map(entries.map((one) => [one.id, one]));
}

function checkAlone(roster: Roster): void {
  const members = [...roster.members.values()];
  const rule = (holds: boolean, text: string): void => {
    if (!holds) throw new Refused('roster-chain', text);
  };
  rule(roster.slots >= LEAST_SLOTS && roster.slots <= MOST_SLOTS, 'number of slots');
  rule(members.length <= roster.slots, 'more members than slots');
  rule(members.filter((member) => member.role === 'investigator').length >= 2, 'fewer than two investigators');
  rule(areDifferent([...members, ...roster.former.values()].map(({ sign }) => sign)), 'a signing key twice');
  rule(areDifferent(members.map((member) => member.kemHash)), 'a KEM key twice');
  rule(
    members.every(({ id }) => !roster.former.has(id)),
    'a member who has left',
  );
  rule(roster.active >= roster.day, 'active before its day');
}

function checkSuccession(chain: Chain, newer: Roster): void {
  const older = chain.at(-1)!;
  const rule = (holds: boolean, text: string): void => {
    if (!holds) throw new Refused('roster-chain', text);
  };
  rule(newer.version === older.version + 1, 'version');
  rule(newer.previous === b64(older.document.id), 'previous');
  rule(equal(newer.deployment, older.deployment), 'deployment');
  rule(newer.day >= older.day && newer.active >= older.active, 'goes back in time');
  for (const member of older.members.values()) {
    const now = newer.members.get(member.id);
    const key = now ?? newer.former.get(member.id);
    rule(key !== undefined && equal(key.sign, member.sign), 'a key that changed or was lost');
    rule(now === undefined || (equal(now.kemHash, member.kemHash) && now.role === member.role), 'a KEM key or role that changed');
  }
  for (const left of older.former.values()) {
    const still = newer.former.get(left.id);
    rule(still !== undefined && equal(still.sign, left.sign) && still.until === left.until, 'a former member changed');
  }
  for (const id of newer.former.keys()) rule(older.members.has(id) || older.former.has(id), 'former without having been');
  const added = [...newer.members.keys()].some((id) => !older.members.has(id));
  rule(!added || dayNumber(newer.active) - dayNumber(newer.day) >= ACTIVATION_DAYS, 'a new member too early');
}

function areDifferent(keys: readonly Uint8Array[]): boolean {
  return new Set(keys.map(b64)).size === keys.length;
}
