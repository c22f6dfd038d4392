/** Signed records: who said what, to whom, in which thread (docs/protocol.md §3). */
import { checkBody } from './bodies.ts';
import { b64, ByteReader, canonical, concat, equal, parse, uint, unb64, type JsonObject } from './encoding.ts';
import { Refused } from './errors.ts';
import { derive, LABELS, NOTHING } from './hashing.ts';
import { ascending, day, dayNumber, exactKeys, isInteger, isMemberId, isObject, REPORTER, demand } from './schema.ts';
import * as signing from './signing.ts';

export const SUITE = 1;
export const NUMBERS_A_DAY = 256;
const MOST_PARENTS = 8;

const KEYS = ['audience', 'author', 'body', 'day', 'deployment', 'kind', 'parents', 'seq', 'suite', 'thread'];
const KIND = /^[a-z][a-z-]{0,23}$/;
const MOST_AUDIENCE = 17;
const MOST_SEQ = 2 ** 31 - 1;
const MOST_JSON = 0xffff;

/** What an author is about to sign. */
export interface Draft {
  readonly audience: readonly string[];
  readonly author: string;
  readonly body: JsonObject;
  readonly day: string;
  /** 16 bytes. */
  readonly deployment: Uint8Array;
  readonly kind: string;
  /** Ids of 32 bytes, in any order. */
  readonly parents: readonly Uint8Array[];
  readonly seq: number;
  /** 32 bytes. */
  readonly thread: Uint8Array;
}

/** A well-formed event. Nothing of it is to be believed before `accept`. */
export interface Event extends Draft {
  /** 32 bytes; the signature is not part of it. */
  readonly id: Uint8Array;
  readonly json: Uint8Array;
  readonly signature: Uint8Array;
  /** `u16 length ‖ json ‖ signature`. */
  readonly wire: Uint8Array;
}

/** The deployment and thread that a reader expects. */
export interface Place {
  readonly deployment: Uint8Array;
  readonly thread: Uint8Array;
}

/** The Ed25519 key (32 bytes) that speaks for an author on a day; throws `author` when there is none. */
export type KeyOf = (author: string, day: string) => Uint8Array;

/** The event signed by a 32-byte seed. Throws what a reader would: `schema`, `encoding`, `length`, `kind`, `audience`. */
export function sign(draft: Draft, seed: Uint8Array): Event {
  const json = canonical({
    audience: [...new Set(draft.audience)].sort(),
    author: draft.author,
    body: draft.body,
    day: draft.day,
    deployment: b64(draft.deployment),
    kind: draft.kind,
    parents: [...new Set(draft.parents.map(b64))].sort(),
    seq: draft.seq,
    suite: SUITE,
    thread: b64(draft.thread),
  });
  const event = fromJson(json, signing.sign(LABELS.signEvent, seed, json));
  checkBody(event);
  return event;
}

/** The event of exactly these bytes. Throws `body` for another length, and as `fromJson`. */
export function fromWire(wire: Uint8Array): Event {
  const reader = new ByteReader(wire);
  const event = readEvent(reader);
  if (reader.left > 0) throw new Refused('body', 'bytes after the event');
  return event;
}

/** `u8 count ‖ events`. Throws `body` when bytes run out, and as `fromJson`. */
export function readEvents(reader: ByteReader): Event[] {
  const count = reader.integer(1);
  return Array.from({ length: count }, () => readEvent(reader));
}

function readEvent(reader: ByteReader): Event {
  const json = reader.take(reader.integer(2));
  return fromJson(json, reader.take(signing.SIGNATURE_SIZE));
}

/** Throws `encoding`, `schema` or `length` unless `json` is in the one right form. Bodies are `accept`'s to check. */
export function fromJson(json: Uint8Array, signature: Uint8Array): Event {
  if (json.length > MOST_JSON) throw new Refused('length', 'event too long');
  const value = exactKeys(parse(json), KEYS);
  const { author, body, kind, seq } = value;
  const audience = ascending(value.audience, 1, MOST_AUDIENCE);
  const parents = ascending(value.parents, 0, MOST_PARENTS);
  demand(audience.every(isParticipant), 'audience');
  demand(isParticipant(author), 'author');
  demand(typeof kind === 'string' && KIND.test(kind), 'kind');
  demand(isObject(body), 'body');
  demand(isInteger(seq, 1, MOST_SEQ), 'seq');
  demand(value.suite === SUITE, 'suite');
  return {
    audience,
    author,
    body,
    day: day(value.day),
    deployment: unb64(value.deployment, 16),
    kind,
    parents: parents.map((parent) => unb64(parent, 32)),
    seq,
    thread: unb64(value.thread, 32),
    id: derive(LABELS.eventId, NOTHING, json, 32),
    json,
    signature,
    wire: concat(uint(json.length, 2), json, signature),
  };
}

/**
 * Everything a reader checks of one event, in this order: throws `deployment`, `thread`, `author`, `signature`, `schema` and
 * `kind` (by the body's schema), `audience`. `reader` is `reporter` or a member id.
 */
export function accept(event: Event, place: Place, reader: string, keyOf: KeyOf): void {
  checkPlace(event, place);
  signing.verify(LABELS.signEvent, keyOf(event.author, event.day), event.json, event.signature);
  checkBody(event);
  if (!event.audience.includes(reader)) throw new Refused('audience', 'not addressed to this reader');
}

/** Throws `deployment` or `thread` for an event replayed from elsewhere. */
export function checkPlace(event: Event, place: Place): void {
  if (!equal(event.deployment, place.deployment)) throw new Refused('deployment', 'event of another deployment');
  if (!equal(event.thread, place.thread)) throw new Refused('thread', 'event of another thread');
}

/**
 * A reporter's next number: larger than any known, and than any of days they lost sight of. Numbers that only somebody
 * else with the receipt would use, more than a day ahead, are not counted on from: the next would be refused.
 */
export function reporterSeq(known: readonly number[], today: string): number {
  const first = NUMBERS_A_DAY * dayNumber(today);
  const believable = known.filter((seq) => seq < first + 2 * NUMBERS_A_DAY);
  return Math.max(first, ...believable.map((seq) => seq + 1));
}

function isParticipant(name: unknown): name is string {
  return name === REPORTER || isMemberId(name);
}
