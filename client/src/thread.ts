/** From cells to what happened: finding one's own among all, believing only what is signed (docs/protocol.md §3, §6). */
import { isTagOf, openCell } from './crypto/cell.ts';
import { b64, equal, unb64 } from './crypto/encoding.ts';
import { accept, type Event, type KeyOf } from './crypto/event.ts';
import { boardKey, type ReporterKeys } from './crypto/receipt.ts';
import { authorKey } from './crypto/roster.ts';
import { REPORTER } from './crypto/schema.ts';
import { CELL_SIZE } from './crypto/shape.ts';
import type { Setting } from './verify.ts';

const TAG_AT = 24;
const TAG_END = 40;

export interface Thread {
  /** Verified, each once, parents before children. */
  readonly events: readonly Event[];
  /** Own cells that could not be believed. */
  readonly unverified: number;
}

/** A shard that is not a whole number of cells. */
export class Damaged extends Error {}

/** What the cells of the shards say to the holder of the receipt. Throws `Damaged`. */
export function readThread(keys: ReporterKeys, setting: Setting, shards: readonly Uint8Array[]): Thread {
  const place = { deployment: setting.deploymentId, thread: keys.thread.id };
  const keyOf: KeyOf = (author, day) => (author === REPORTER ? keys.thread.signPublicKey : authorKey(setting.chain, author, day));
  const tagKeys = [boardKey(keys.thread)];
  const found = new Map<string, Event>();
  let unverified = 0;
  let waiting = shards.flatMap(cellsOf);
  for (let at = 0; at < tagKeys.length; at++) {
    const isOwn = (cell: Uint8Array): boolean => isTagOf(tagKeys[at]!, cell.subarray(TAG_AT, TAG_END));
    const own = waiting.filter(isOwn);
    waiting = waiting.filter((cell) => !own.includes(cell));
    for (const cell of own) {
      try {
        const events = openCell(cell, keys.kem, place);
        for (const event of events) accept(event, place, REPORTER, keyOf);
        for (const event of events) found.set(b64(event.id), event);
        tagKeys.push(...events.flatMap(newBoardKey).filter((key) => !tagKeys.some((known) => equal(known, key))));
      } catch {
        unverified += 1;
      }
    }
  }
  const excluded = excludedIn([...found.values()]);
  const believed = [...found.values()].filter((event) => !excluded.has(event.author));
  return { events: inOrder(believed), unverified: unverified + found.size - believed.length };
}

/** Members whom the reporter left out. Exclusions add up and never lapse. */
export function excludedIn(events: readonly Event[]): Set<string> {
  return new Set(events.filter((event) => event.kind === 'exclusion').flatMap((event) => event.body.exclude as string[]));
}

function cellsOf(shard: Uint8Array): Uint8Array[] {
  if (shard.length % CELL_SIZE !== 0) throw new Damaged();
  return Array.from({ length: shard.length / CELL_SIZE }, (_, at) => shard.subarray(at * CELL_SIZE, (at + 1) * CELL_SIZE));
}

/** A narrowing tells under which key the cells that follow are found. */
function newBoardKey(event: Event): Uint8Array[] {
  return event.kind === 'narrowing' ? [unb64(event.body.board_key, 32)] : [];
}

/**
 * What came before stands first: parents, and what the same author numbered lower. The rest by day, then by id. The
 * person's own messages are in no cell; where they are named as parents, the `stored` event that names them stands in.
 */
export function inOrder(events: readonly Event[]): Event[] {
  const before = predecessors(events);
  const placed = new Map<Event, string>(); // → effective day
  let rest = [...events];
  while (rest.length > 0) {
    const ready = rest.filter((event) => before.get(event)!.every((earlier) => placed.has(earlier)));
    const candidates = ready.length > 0 ? ready : rest; // a member who numbers backwards makes a ring; nobody gets stuck
    const next = candidates.map((event) => ({ event, day: effectiveDay(event, before.get(event)!, placed) })).sort(byDayThenId)[0]!;
    placed.set(next.event, next.day);
    rest = rest.filter((event) => event !== next.event);
  }
  return [...placed.keys()];
}

function predecessors(events: readonly Event[]): Map<Event, Event[]> {
  const known = new Map<unknown, Event>();
  for (const event of events) if (event.kind === 'stored') for (const name of event.body.events as string[]) known.set(name, event);
  for (const event of events) known.set(b64(event.id), event);
  const earlier = (event: Event): Event[] => {
    const parents = event.parents.map((parent) => known.get(b64(parent)));
    const numbered = events.filter((other) => other.author === event.author && other.seq < event.seq);
    return [...parents, ...numbered].filter((other) => other !== undefined && other !== event) as Event[];
  };
  return new Map(events.map((event) => [event, earlier(event)]));
}

function effectiveDay(event: Event, before: readonly Event[], placed: ReadonlyMap<Event, string>): string {
  const days = before.map((earlier) => placed.get(earlier) ?? '');
  return [event.day, ...days].reduce((latest, day) => (day > latest ? day : latest));
}

function byDayThenId(left: { event: Event; day: string }, right: { event: Event; day: string }): number {
  if (left.day !== right.day) return left.day < right.day ? -1 : 1;
  const at = left.event.id.findIndex((byte, place) => byte !== right.event.id[place]);
  return at < 0 ? 0 : left.event.id[at]! - right.event.id[at]!;
}
