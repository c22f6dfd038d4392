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

/** Parents first; then by day, then by id: the same order for everybody who holds the same events. */
export function inOrder(events: readonly Event[]): Event[] {
  const names = new Set(events.map((event) => b64(event.id)));
  const placed = new Map<string, string>(); // id → effective day
  const ordered: Event[] = [];
  let rest = [...events];
  while (rest.length > 0) {
    const ready = rest.filter((event) => event.parents.every((parent) => !names.has(b64(parent)) || placed.has(b64(parent))));
    const next = ready.map((event) => ({ event, day: effectiveDay(event, placed) })).sort(byDayThenId)[0]!;
    placed.set(b64(next.event.id), next.day);
    ordered.push(next.event);
    rest = rest.filter((event) => event !== next.event);
  }
  return ordered;
}

function effectiveDay(event: Event, placed: ReadonlyMap<string, string>): string {
  const days = event.parents.map((parent) => placed.get(b64(parent)) ?? '');
  return [event.day, ...days].reduce((latest, day) => (day > latest ? day : latest));
}

function byDayThenId(left: { event: Event; day: string }, right: { event: Event; day: string }): number {
  if (left.day !== right.day) return left.day < right.day ? -1 : 1;
  const at = left.event.id.findIndex((byte, place) => byte !== right.event.id[place]);
  return at < 0 ? 0 : left.event.id[at]! - right.event.id[at]!;
}
