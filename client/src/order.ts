/** The order of a thread's events, the same as reporting_app/cases/fold.py gives (docs/protocol.md §3). */
import { b64 } from './crypto/encoding.ts';
import type { Event } from './crypto/event.ts';
import { addDays } from './days.ts';
import { Heap } from './heap.ts';

/** An event in its place. */
export interface Entry {
  readonly event: Event;
  /** The effective day: the latest of its own, as far as it can be believed, and of what stands before it. */
  readonly day: string;
}

interface Node {
  readonly event: Event;
  /** Effective day, as far as what stands before it is placed. */
  day: string;
  /** How many must be placed before. */
  waiting: number;
  /** Those that name it as parent. */
  readonly after: Node[];
  /** Those that its author numbered next higher; one array for all of a number. */
  next: readonly Node[];
  isPlaced: boolean;
}

interface Turn {
  readonly day: string;
  readonly node: Node;
}

/**
 * What came before stands first: parents, and what the same author numbered next lower. The rest by effective day, then
 * by id. Nobody's clock is more than a day ahead of `today`. Each event must be given once.
 */
export function inOrder(events: readonly Event[], today: string): Entry[] {
  const latest = addDays(today, 1);
  const dayOf = (event: Event): string => (event.day < latest ? event.day : latest);
  const nodes = linked(events.map((event) => ({ event, day: dayOf(event), waiting: 0, after: [], next: [], isPlaced: false })));
  const [ready, unplaced] = [new Heap<Turn>(byDayThenId), new Heap<Turn>(byDayThenId)];
  for (const node of nodes) (node.waiting === 0 ? ready : unplaced).push(turn(node));
  const entries: Entry[] = [];
  for (;;) {
    const node = nextUnplaced(ready) ?? nextUnplaced(unplaced); // an author who numbers backwards makes a ring; nobody gets stuck
    if (node === undefined) return entries;
    node.isPlaced = true;
    entries.push({ event: node.event, day: node.day });
    for (const group of [node.after, node.next]) {
      for (const later of group) {
        if (later.day < node.day) later.day = node.day;
        later.waiting -= 1;
        if (later.waiting === 0) ready.push(turn(later));
      }
    }
  }
}

function turn(node: Node): Turn {
  return { day: node.day, node };
}

/** Takes the first that is not placed yet; whose day has grown since it was put there waits for its new turn. */
function nextUnplaced(heap: Heap<Turn>): Node | undefined {
  for (let first = heap.pop(); first !== undefined; first = heap.pop()) {
    if (first.node.isPlaced) continue;
    if (first.day === first.node.day) return first.node;
    heap.push(turn(first.node));
  }
  return undefined;
}

/** Ties every event to what must stand before it. */
function linked(nodes: Node[]): Node[] {
  const known = new Map(nodes.map((node) => [b64(node.event.id), node]));
  const standIns = standInsOf(nodes);
  for (const node of nodes) {
    const { body, kind, parents } = node.event;
    // Here a proposal and its approval often have nothing between them.
    for (const parent of [...parents.map(b64), ...(kind === 'approval' ? [String(body.of)] : [])]) {
      const earlier = known.get(parent) ?? standIns.get(parent);
      if (earlier === undefined || earlier === node) continue;
      earlier.after.push(node);
      node.waiting += 1;
    }
  }
  for (const numbers of byAuthor(nodes)) {
    const ascending = [...numbers].sort(([left], [right]) => left - right).map(([, group]) => group);
    ascending.slice(1).forEach((higher, at) => {
      for (const node of ascending[at]!) node.next = higher;
      for (const node of higher) node.waiting += ascending[at]!.length;
    });
  }
  return nodes;
}

/**
 * Event id → the `stored` that names it: the person's own messages are in no cell. Where several do, the one with the
 * least id, so that it does not matter how they came.
 */
function standInsOf(nodes: readonly Node[]): Map<unknown, Node> {
  const storing = nodes.filter(({ event }) => event.kind === 'stored').sort((left, right) => byId(right.event, left.event));
  return new Map(storing.flatMap((node) => (node.event.body.events as string[]).map((name) => [name, node])));
}

/** For each author: number → events. */
function byAuthor(nodes: readonly Node[]): Iterable<Map<number, Node[]>> {
  const authors = new Map<string, Map<number, Node[]>>();
  for (const node of nodes) {
    const { author, seq } = node.event;
    const numbers = authors.get(author) ?? new Map<number, Node[]>();
    const group = numbers.get(seq) ?? [];
    group.push(node);
    authors.set(author, numbers.set(seq, group));
  }
  return authors.values();
}

function byDayThenId(left: Turn, right: Turn): number {
  if (left.day !== right.day) return left.day < right.day ? -1 : 1;
  return byId(left.node.event, right.node.event);
}

function byId(left: Event, right: Event): number {
  const [one, other] = [left.id, right.id];
  const at = one.findIndex((byte, place) => byte !== other[place]);
  return at < 0 ? 0 : one[at]! - other[at]!;
}
