/** Turning what a person wrote into a submission, as reporting_app/cases/reporter.py does (docs/protocol.md §2–§6). */
import { sealCell } from './crypto/cell.ts';
import { b64, canonical, unb64, type JsonObject } from './crypto/encoding.ts';
import { Refused } from './crypto/errors.ts';
import { reporterSeq, sign, type Event } from './crypto/event.ts';
import { sealLetter, threadContent, type Recipient } from './crypto/letter.ts';
import { boardKey, shardOf, watchToken, type ReporterKeys } from './crypto/receipt.ts';
import { REPORTER } from './crypto/schema.ts';
import { INTAKE_VOLUME, letterBodySize, objectId } from './crypto/shape.ts';
import { SLOT, type Random, type SlotType } from './crypto/slots.ts';
import { submission } from './crypto/submission.ts';
import { find } from './crypto/work.ts';
import { listenersAmong, NO_COURSE, type Course } from './course.ts';
import { current, type Setting } from './verify.ts';

export const LEAST_INVESTIGATORS = 2;
/** Bytes of UTF-8 in one text (docs/protocol.md §3, Bodies). */
const MOST_TEXT = 12_000;
/** One as a reader counts them: a flag, or a code point with the marks, tones and joined signs that belong to it. */
const CHARACTER = /(?:\p{RI}{2}|.)(?:[\p{M}\p{Emoji_Modifier}]|\u200d.)*/gsu;
const MOST_PARENTS = 8;
const CONTENT_FRAME = 1 + 2 + 1280 + 1;
const EVENT_FRAME = 2 + 64;

/** A submission made once: retries send these very bytes. */
export interface Sealed {
  readonly bytes: Uint8Array;
  readonly letterId: Uint8Array;
  /** What the intake cell says to the person who comes back. */
  readonly echoed: readonly Event[];
}

/** What is known of a thread when writing more in it. */
export interface Known {
  readonly events: readonly Event[];
  readonly excluded: ReadonlySet<string>;
  readonly course: Course;
}

/** Throws `audience` when too few remain, `length` when the text does not fit. */
export function sealReport(
  keys: ReporterKeys,
  setting: Setting,
  body: JsonObject,
  leaveOut: readonly string[],
  random: Random,
  throwaways: readonly Uint8Array[] = [],
): Sealed {
  const { readers, recipients } = audience(setting, leaveOut, SLOT.watchReport, NO_COURSE);
  const seq = reporterSeq([], setting.today);
  const pen = penOf(keys, setting);
  const exclusion = pen('exclusion', { exclude: [...leaveOut].sort() }, [...readers, REPORTER], seq, []);
  const report = pen('report', body, readers, seq + 1, [exclusion.id]);
  return post(keys, setting, recipients, [exclusion, report], [exclusion], [], random, throwaways);
}

/** An event of the person's in a thread that is there. */
export interface Said {
  readonly kind: string;
  readonly body: JsonObject;
}

/**
 * What the person says later, in one letter, to the case's handlers while two are left. Exclusions known from the thread always
 * hold. The last of `said` are the words themselves, which no cell repeats; what stands before is for the person's browser too.
 * Throws as `sealReport`.
 */
export function sealMore(keys: ReporterKeys, setting: Setting, known: Known, said: readonly Said[], leaveOut: readonly string[], random: Random): Sealed {
  const excluded = new Set([...known.excluded, ...leaveOut]);
  const present = [...excluded].filter((member) => setting.roster.members.has(member)).sort();
  const { readers, recipients } = audience(setting, present, SLOT.watchMessage, known.course);
  const own = known.events.filter((event) => event.author === REPORTER).map((event) => event.seq);
  const seq = reporterSeq(own, setting.today);
  const seen = parentsOf(known.events);
  const pen = penOf(keys, setting);
  // Every letter says again who is left out, so that no single cell has to be found to know it. Of those who are there:
  // somebody else with the receipt may have named more than an exclusion holds.
  const events = [pen('exclusion', { exclude: present }, [...readers, REPORTER], seq, seen)];
  for (const [at, { kind, body }] of said.entries()) {
    const to = at + 1 < said.length ? [...readers, REPORTER] : readers;
    events.push(pen(kind, body, to, seq + at + 1, [events.at(-1)!.id]));
  }
  return post(keys, setting, recipients, events, events.slice(0, -1), seen, random);
}

/**
 * What the reporter has seen last: events of the cells, and own ones that `stored` or `opened` name (at most 8).
 * Members never see what is addressed to the reporter alone, so such events are not named.
 */
function parentsOf(events: readonly Event[]): Uint8Array[] {
  const seen = events.filter((event) => event.audience.some((reader) => reader !== REPORTER));
  const listed = events.filter((event) => event.kind === 'stored' || event.kind === 'opened');
  const own = listed.flatMap((event) => event.body['events'] as string[]);
  const named = new Set(seen.flatMap((event) => event.parents.map(b64)));
  const heads = new Set([...seen.map((event) => b64(event.id)), ...own].filter((id) => !named.has(id)));
  return [...heads].sort().slice(0, MOST_PARENTS).map((id) => unb64(id, 32));
}

/**
 * How much longer `text` may be in a letter whose main event has this body, after events with the bodies `before` and an
 * exclusion; below zero when it is too long.
 * About so many characters of the kind that `text` has, which may be many bytes each; never more to cut than there are.
 */
export function roomLeft(setting: Setting, body: JsonObject, text: string, before: readonly JsonObject[] = []): number {
  const members = [...setting.roster.members.keys()];
  const size = (content: JsonObject): number => EVENT_FRAME + canonical(frameOf(setting, content, members)).length;
  const bodies = [{ exclude: members }, ...before, body];
  const room = letterBodySize(setting.roster.slots) - CONTENT_FRAME - bodies.map(size).reduce((sum, one) => sum + one);
  const bytes = new TextEncoder().encode(text).length;
  const left = Math.min(room, MOST_TEXT - bytes);
  const characters = text.match(CHARACTER)?.length ?? 0;
  return characters === 0 ? left : Math.max(-characters, Math.floor((left * characters) / bytes));
}

/** Typed text as the protocol can carry it. */
export function carried(text: string): string {
  return text.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\ufffd').trim();
}

function frameOf(setting: Setting, body: JsonObject, members: string[]): JsonObject {
  const id = b64(new Uint8Array(32));
  const fields = { author: REPORTER, day: setting.today, deployment: b64(setting.deploymentId), kind: 'exclusion' };
  return { ...fields, audience: [...members, REPORTER], body, parents: Array<string>(8).fill(id), seq: 2 ** 31 - 1, suite: 1, thread: id };
}

function audience(setting: Setting, leaveOut: readonly string[], watching: SlotType, course: Course): { readers: string[]; recipients: Recipient[] } {
  const remaining = (role: 'investigator' | 'witness'): string[] =>
    current(setting, role).map((member) => member.id).filter((id) => !leaveOut.includes(id));
  const [present, witnesses] = [remaining('investigator'), remaining('witness')];
  const enough = present.length + witnesses.length >= setting.deployment.parameters.minRecipients;
  if (present.length < LEAST_INVESTIGATORS || !enough) throw new Refused('audience', 'too few remain');
  const readers = listenersAmong(course, present);
  const to = (type: SlotType) => (id: string): Recipient => ({ publicKey: setting.keys.get(id)!, type });
  return { readers, recipients: [...readers.map(to(SLOT.reader)), ...witnesses.map(to(watching))] };
}

type Pen = (kind: string, body: JsonObject, audience: readonly string[], seq: number, parents: readonly Uint8Array[]) => Event;

function penOf(keys: ReporterKeys, setting: Setting): Pen {
  const place = { author: REPORTER, day: setting.today, deployment: setting.deploymentId, thread: keys.thread.id };
  return (kind, body, to, seq, parents) => sign({ ...place, kind, body, audience: to, seq, parents }, keys.signSeed);
}

function post(
  keys: ReporterKeys,
  setting: Setting,
  recipients: readonly Recipient[],
  events: readonly Event[],
  echoed: readonly Event[],
  seen: readonly Uint8Array[],
  random: Random,
  throwaways: readonly Uint8Array[] = [],
): Sealed {
  const { thread } = keys;
  const { intakeShards, powBits } = setting.deployment.parameters;
  const frame = { deployment: setting.deploymentId, rosterVersion: setting.roster.version, slots: setting.roster.slots };
  const letter = sealLetter(frame, recipients, watchToken(thread), threadContent(thread, events), random, throwaways).bytes;
  const letterId = objectId(letter);
  const last = events.at(-1)!;
  const names = { events: events.map((event) => b64(event.id)).sort(), letter: b64(letterId) };
  // The message itself is in no cell: what it answered is named here, so that the order is known to who comes back.
  const parents = [last.id, ...seen].slice(0, MOST_PARENTS);
  const stored = penOf(keys, setting)('stored', names, [REPORTER], last.seq + 1, parents);
  const place = { deployment: setting.deploymentId, volume: INTAKE_VOLUME, shard: shardOf(thread, intakeShards) };
  const cell = sealCell(place, boardKey(thread), random(16), thread.kemPublicKey, [...echoed, stored], random).bytes;
  const nonce = powBits === 0 ? 0 : find(letterId, objectId(cell), powBits)!;
  return { bytes: submission(nonce, letter, cell), letterId, echoed: [...echoed, stored] };
}
