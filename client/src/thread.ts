/** From cells to what happened: finding one's own among all, believing only what is signed (docs/protocol.md §3, §6). */
import { isTagOf, openCell } from './crypto/cell.ts';
import { b64 } from './crypto/encoding.ts';
import { Refused } from './crypto/errors.ts';
import { accept, type Event, type KeyOf } from './crypto/event.ts';
import { boardKey, type ReporterKeys } from './crypto/receipt.ts';
import { authorKey } from './crypto/roster.ts';
import { dayNumber, REPORTER } from './crypto/schema.ts';
import { CELL_SIZE } from './crypto/shape.ts';
import { courseOf, NO_COURSE, type Course, type Everybody } from './course.ts';
import { inOrder, type Entry } from './order.ts';
import type { Setting } from './verify.ts';

const TAG_AT = 24;
const TAG_END = 40;
const NUMBERS_A_DAY = 256;
const DAYS_AHEAD = 3;
const LEAST_READERS = 2;

export interface Thread {
  /** What the rules carry, in order. */
  readonly entries: readonly Entry[];
  readonly course: Course;
  /** Every event that is signed right, each once, in any order. */
  readonly signed: readonly Event[];
  /** Own cells that could not be believed, and events that the rules do not carry. */
  readonly unverified: number;
}

export const NO_THREAD: Thread = { entries: [], course: NO_COURSE, signed: [], unverified: 0 };

/** A shard that is not a whole number of cells. */
export class Damaged extends Error {}

/** What the cells of the shards say to the holder of the receipt. Throws `Damaged`. */
export function readThread(keys: ReporterKeys, setting: Setting, shards: readonly Uint8Array[]): Thread {
  const place = { deployment: setting.deploymentId, thread: keys.thread.id };
  const keyOf: KeyOf = (author, day) => (author === REPORTER ? keys.thread.signPublicKey : authorKey(setting.chain, author, day));
  const tagKey = boardKey(keys.thread);
  const own = shards.flatMap(cellsOf).filter((cell) => isTagOf(tagKey, cell.subarray(TAG_AT, TAG_END)));
  const found: Event[] = [];
  let broken = 0;
  for (const cell of own) {
    try {
      const events = openCell(cell, keys.kem, place);
      for (const event of events) {
        accept(event, place, REPORTER, keyOf);
        checkSeq(event, setting.today);
      }
      found.push(...events);
    } catch {
      broken += 1;
    }
  }
  return fold(found, setting.today, broken, everybodyIn(setting));
}

/** Invented names count for nothing; nobody ever changes their role (§9). */
export function everybodyIn(setting: Setting): Everybody {
  const all = setting.chain.flatMap((version) => [...version.members.values()]);
  const investigators = all.filter(({ role }) => role === 'investigator');
  const until = new Map([...setting.chain.at(-1)!.former].map(([id, { until }]) => [id, until]));
  return { investigators: new Set(investigators.map(({ id }) => id)), until };
}

/** The thread with what was just sent, as the intake cell will say it the next time. */
export function joined(thread: Thread, sent: readonly Event[], today: string, everybody: Everybody): Thread {
  const broken = thread.unverified - (thread.signed.length - thread.entries.length);
  return fold([...thread.signed, ...sent], today, broken, everybody);
}

/** The thread that these events make, in whatever order they come and however often. */
export function fold(events: readonly Event[], today: string, broken: number, everybody: Everybody): Thread {
  const signed = [...new Map(events.map((event) => [b64(event.id), event])).values()];
  const kept = carried(inOrder(signed, today), everybody);
  const course = courseOf(kept, everybody);
  const entries = kept.filter(({ event }) => !course.refused.has(event));
  return { entries, course, signed, unverified: broken + signed.length - entries.length };
}

/** Throws `schema` for a number so far ahead that its owner could run out of them. */
export function checkSeq(event: Event, today: string): void {
  if (event.author === REPORTER && event.seq > NUMBERS_A_DAY * (dayNumber(today) + DAYS_AHEAD)) {
    throw new Refused('schema', 'a number far ahead of its day');
  }
}

/** Members whom the reporter left out, by exclusions that were followed. They add up and never lapse. */
export function excludedIn(entries: readonly Entry[]): Set<string> {
  const exclusions = entries.filter(({ event }) => event.kind === 'exclusion');
  return new Set(exclusions.flatMap(({ event }) => event.body.exclude as string[]));
}

/** Without what members say who are left out, exclusions that are not followed, and reports after the first. */
function carried(ordered: readonly Entry[], everybody: Everybody): Entry[] {
  const { excluded, unheard } = exclusionsOf(ordered, everybody);
  const kept = ordered.filter(({ event }) => !excluded.has(event.author) && !unheard.has(event));
  const report = kept.find(({ event }) => event.kind === 'report');
  return kept.filter((entry) => entry.event.kind !== 'report' || entry === report);
}

/**
 * Who is left out. An exclusion that would leave fewer than two of the investigators there that day to whom the reporter
 * has written is not followed: whoever finds a receipt must not be able to silence a case with it.
 */
function exclusionsOf(ordered: readonly Entry[], { investigators, until }: Everybody): { excluded: Set<string>; unheard: Set<Event> } {
  const own = ordered.filter(({ event }) => event.author === REPORTER);
  const named = new Set(own.flatMap(({ event }) => event.audience).filter((reader) => investigators.has(reader)));
  const unheard = new Set<Event>();
  let excluded = new Set<string>();
  for (const { event, day } of own.filter(({ event }) => event.kind === 'exclusion')) {
    const wished = new Set([...excluded, ...(event.body.exclude as string[])]);
    if ([...named].filter((member) => !wished.has(member) && !(until.get(member)! < day)).length < LEAST_READERS) unheard.add(event);
    else excluded = wished;
  }
  return { excluded, unheard };
}

function cellsOf(shard: Uint8Array): Uint8Array[] {
  if (shard.length % CELL_SIZE !== 0) throw new Damaged();
  return Array.from({ length: shard.length / CELL_SIZE }, (_, at) => shard.subarray(at * CELL_SIZE, (at + 1) * CELL_SIZE));
}
