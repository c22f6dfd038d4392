/** Events made by hand, and cells sealed for the reporter of the vectors' world. */
import { courseOf } from '../src/course.ts';
import { sealCell } from '../src/crypto/cell.ts';
import { b64, type JsonObject } from '../src/crypto/encoding.ts';
import { sign, type Event } from '../src/crypto/event.ts';
import { boardKey, type ReporterKeys } from '../src/crypto/receipt.ts';
import { verifyChain } from '../src/crypto/roster.ts';
import { inOrder } from '../src/order.ts';
import { tell, type Told } from '../src/story.ts';
import type { Setting } from '../src/verify.ts';
import { seeded } from '../tools/vectors/case.ts';
import { anna, bo, deployment, firstRoster, reporter, reporterDraft } from '../tools/vectors/world.ts';

export const TODAY = '2026-03-10';
const random = seeded('thread');

/** 32 bytes that sort as `number` does. */
export function id(number: number): Uint8Array {
  const bytes = new Uint8Array(32);
  new DataView(bytes.buffer).setUint32(0, number);
  return bytes;
}

/** An event with anything replaced. Not signed: nothing here checks signatures. */
export function event(changes: Partial<Event>): Event {
  const nothing = new Uint8Array();
  const draft = reporterDraft({ author: 'anna', kind: 'of-the-future', body: {}, seq: 1 });
  return { ...draft, id: id(0), json: nothing, signature: nothing, wire: nothing, ...changes };
}

/** The numbers of `id` in the order of the thread. */
export function order(events: readonly Event[]): number[] {
  return inOrder(events, TODAY).map(({ event: one }) => new DataView(one.id.buffer).getUint32(0));
}

export const EVERYBODY = { investigators: new Set(['anna', 'bo', 'cia', 'dan']), until: new Map<string, string>() };

export function told(events: readonly Event[]): Told {
  const entries = inOrder(events, TODAY);
  return { entries, course: courseOf(entries, EVERYBODY) };
}

export function stateOf(events: readonly Event[]): string {
  return tell(told(events), 7, 3).state;
}

/** A proposal by anna to close, and the approval of it by bo: the events `number` and `number + 1`. */
export function closing(number: number, seq: number, parents: readonly Uint8Array[]): Event[] {
  const body = { action: 'close', arguments: { outcome: 'a', reason: 'b' }, heard: 'x' };
  return [
    event({ id: id(number), author: 'anna', seq, kind: 'proposal', body, parents: [...parents] }),
    event({ id: id(number + 1), author: 'bo', seq, kind: 'approval', body: { of: b64(id(number)) }, parents: [id(number)] }),
  ];
}

const chain = verifyChain([firstRoster], firstRoster.id);

/** As much of a setting as reading takes. */
export const setting = { chain, deploymentId: deployment, today: TODAY } as unknown as Setting;

interface Said {
  readonly author: string;
  readonly kind: string;
  readonly body: JsonObject;
  readonly seq: number;
}

/** A cell on the board with these events, found under the thread's key or another. */
export function boardCell(keys: ReporterKeys, said: readonly Said[], key = boardKey(keys.thread)): Uint8Array {
  const seeds = new Map([anna, bo].map((one) => [one.id, one.keys.signSeed]));
  const events = said.map((one) => sign(reporterDraft(one), seeds.get(one.author) ?? reporter.signSeed));
  const place = { deployment, volume: 2026, shard: 0 };
  return sealCell(place, key, random(16), keys.thread.kemPublicKey, events, random).bytes;
}
