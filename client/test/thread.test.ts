/** What a person's events amount to: their order, their days, who is heard, and how the case stands. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { b64 } from '../src/crypto/encoding.ts';
import { Refused } from '../src/crypto/errors.ts';
import type { Event } from '../src/crypto/event.ts';
import { addDays, addMonths, workingDaysSince } from '../src/days.ts';
import { Heap } from '../src/heap.ts';
import { inOrder } from '../src/order.ts';
import { tell } from '../src/story.ts';
import { checkSeq, excludedIn, fold, joined, readThread } from '../src/thread.ts';
import { anna, bo, reporter } from '../tools/vectors/world.ts';
import { boardCell, closing, event, EVERYBODY, id, order, setting, stateOf, TODAY, told } from './thread-world.ts';

test('on one day parents stand before children whatever their ids, the rest by id', () => {
  const last = event({ id: id(1), author: 'bo', parents: [id(9)] });
  const first = event({ id: id(9), author: 'anna' });
  const alone = event({ id: id(5), author: 'cia' });
  for (const events of [[last, first, alone], [alone, last, first]]) assert.deepEqual(order(events), [5, 9, 1]);
});

test('an author’s lower number stands first, even dated later, and hands on its day', () => {
  const events = [
    event({ id: id(1), author: 'anna', seq: 7, day: '2026-03-01' }),
    event({ id: id(2), author: 'anna', seq: 3, day: '2026-03-03' }),
    event({ id: id(3), author: 'bo', day: '2026-03-02' }),
  ];
  assert.deepEqual(order(events), [3, 2, 1]);
  assert.deepEqual(inOrder(events, TODAY).map(({ day }) => day), ['2026-03-02', '2026-03-03', '2026-03-03']);
});

test('where an unseen message is named as parent, the stored that names it stands in, the least of several', () => {
  const unseen = id(99);
  const stored = event({ id: id(8), author: 'reporter', kind: 'stored', body: { events: [b64(unseen)], letter: 'A' }, parents: [unseen] });
  const other = event({ id: id(9), author: 'reporter', seq: 2, kind: 'stored', body: { events: [b64(unseen)], letter: 'B' } });
  const reply = event({ id: id(1), author: 'anna', parents: [unseen] });
  assert.deepEqual(order([other, reply, stored]), [8, 1, 9]);
  assert.deepEqual(order([stored, other, reply]), [8, 1, 9]);
});

test('a ring keeps nobody out: the least of it stands first', () => {
  const ring = [
    event({ id: id(2), author: 'anna', seq: 2, parents: [] }),
    event({ id: id(3), author: 'anna', seq: 1, parents: [id(2)] }),
    event({ id: id(1), author: 'bo', day: '2026-03-04', parents: [id(3)] }),
    event({ id: id(4), author: 'cia', day: '2026-03-09' }),
  ];
  assert.deepEqual(order(ring), [4, 2, 3, 1], 'what is free stands before any ring');
});

test('thousands of events are ordered with few comparisons', () => {
  const count = 5_000;
  const shapes: Record<string, (at: number) => Partial<Event>> = {
    'one author': (at) => ({ author: 'anna', seq: at + 1 }),
    'one number': () => ({ author: 'anna', seq: 1 }),
    'two numbers': (at) => ({ author: 'anna', seq: 1 + (at % 2) }),
    'a chain backwards': (at) => ({ author: `m-${at}`, parents: [id(at + 1)] }),
    'rings of two': (at) => ({ author: `m-${at}`, parents: [id(at ^ 1)] }),
  };
  for (const [name, shape] of Object.entries(shapes)) {
    let looks = 0;
    const watched = Array.from({ length: count }, (_, at) => {
      const made = event({ ...shape(at), id: id(at) });
      return Object.defineProperty({ ...made }, 'id', { get: () => ((looks += 1), made.id) });
    });
    assert.equal(inOrder(watched, TODAY).length, count);
    assert(looks < count * 150, `${name}: ${looks}`);
  }
});

test('a heap gives back the least first', () => {
  const heap = new Heap<number>((left, right) => left - right);
  const numbers = Array.from({ length: 200 }, (_, at) => (at * 83) % 101);
  for (const number of numbers) heap.push(number);
  assert.deepEqual(numbers.map(() => heap.pop()), [...numbers].sort((left, right) => left - right));
  assert.equal(heap.pop(), undefined);
});

test('no clock is believed beyond tomorrow, and no day throws', () => {
  for (const day of ['0001-01-01', '0099-05-05', '2026-03-02', '9999-12-31']) {
    const message = event({ author: 'anna', kind: 'message', body: { text: 'x', parcels: [] }, day });
    const story = tell(told([message]), 7, 3);
    const shown = day > '2026-03-11' ? '2026-03-11' : day;
    assert.equal(story.received, shown);
    assert.deepEqual(story.firstAnswer, { due: addDays(shown, 7), done: shown });
    assert.equal(story.feedback!.due, addMonths(shown, 3));
  }
  assert.equal(inOrder([event({ day: '9999-12-31' })], '9999-12-31')[0]!.day, '9999-12-31');
  assert.equal(addMonths('0001-11-30', 3), '0002-02-28');
  assert.equal(addMonths('2027-11-30', 3), '2028-02-29');
  assert.equal(addMonths('9999-11-30', 3), '9999-12-31');
  assert.equal(addDays('9999-12-30', 7), '9999-12-31');
  assert.equal(workingDaysSince('2026-03-06', '2026-03-16'), 6);
  assert.equal(workingDaysSince('0001-01-01', '0001-01-08'), 5);
});

test('new words reopen a closed case, on the same day too, stored or opened', () => {
  const first = event({ id: id(1), author: 'reporter', kind: 'stored', body: { events: [b64(id(11))], letter: 'A' } });
  const closed = closing(20, 1, [id(11)]);
  const stored = event({ id: id(3), author: 'reporter', seq: 2, kind: 'stored', body: { events: [b64(id(12))], letter: 'B' }, parents: [id(21)] });
  const exclusion = event({ id: id(4), author: 'reporter', seq: 2, kind: 'exclusion', body: { exclude: [] }, parents: [id(21)] });
  const opened = event({ id: id(5), author: 'bo', kind: 'opened', body: { events: [b64(id(4)), b64(id(12))], letter: 'B' }, parents: [id(4)] });
  assert.equal(stateOf([first, ...closed]), 'closed');
  assert.equal(stateOf([first, ...closed, stored]), 'stored');
  assert.equal(stateOf([first, ...closed, exclusion, opened]), 'received', 'the intake cell is gone');
  assert.equal(stateOf([first, ...closed, stored, exclusion, opened, ...closing(30, 3, [id(5)])]), 'closed');
});

test('what a member makes up, or has named before, does not reopen', () => {
  const first = event({ id: id(1), author: 'reporter', kind: 'stored', body: { events: [b64(id(11))], letter: 'A' } });
  const reply = event({ id: id(7), author: 'anna', kind: 'message', body: { text: 'x', parcels: [] } });
  const closed = closing(20, 2, [id(11)]);
  for (const names of [[], [id(50)], [id(11)], [id(7)], [id(20)]]) {
    const body = { events: names.map(b64), letter: 'made-up' };
    const opened = event({ id: id(5), author: 'bo', seq: 3, kind: 'opened', body, parents: [id(21)] });
    const thread = told([first, reply, ...closed, opened]);
    assert.equal(tell(thread, 7, 3).state, 'closed');
    assert.deepEqual(tell(thread, 7, 3).lines.map(({ kind }) => kind), ['own', 'reply', 'status']);
  }
});

test('a later exclusion that would leave fewer than two of those written to is not followed', () => {
  const exclusion = (seq: number, exclude: string[], audience: string[]): Event =>
    event({ id: id(seq), author: 'reporter', seq, kind: 'exclusion', body: { exclude }, audience: [...audience, 'reporter'] });
  const first = exclusion(1, ['cia'], ['anna', 'bo', 'dan']);
  const next = exclusion(2, ['dan'], ['anna', 'bo']);
  const silencing = exclusion(3, ['anna', 'bo'], ['eva', 'filip']); // invented names do not count as remaining
  const reply = event({ id: id(9), author: 'anna', kind: 'message', body: { text: 'x', parcels: [] } });
  const thread = fold([silencing, reply, next, first], TODAY, 0, EVERYBODY);
  assert.deepEqual([...excludedIn(thread.entries)].sort(), ['cia', 'dan']);
  assert.equal(thread.unverified, 1);
  assert(thread.entries.some(({ event: { author } }) => author === 'anna'));
  const late = event({ id: id(8), author: 'cia', kind: 'message', body: { text: 'x', parcels: [] } });
  assert.equal(joined(thread, [late, reply], TODAY, EVERYBODY).unverified, 2);
});

test('a number far ahead of its day is refused, the reporter’s only', () => {
  const most = 256 * (Date.parse(TODAY) / 86_400_000 + 3);
  checkSeq(event({ author: 'reporter', seq: most }), TODAY);
  checkSeq(event({ author: 'anna', seq: 2 ** 31 - 1 }), TODAY);
  assert.throws(() => checkSeq(event({ author: 'reporter', seq: most + 1 }), TODAY), (error) => error instanceof Refused && error.reason === 'schema');
});

test('a thread is read from cells of its own key alone; a number far ahead is counted as unverified', () => {
  const body = { board_key: b64(id(77)), handlers: [bo.id], of: b64(id(1)) };
  const narrowing = { author: anna.id, kind: 'narrowing', body, seq: 1 };
  const cells = [
    boardCell(reporter, [narrowing]),
    boardCell(reporter, [{ author: bo.id, kind: 'message', body: { parcels: [], text: 'ny nyckel' }, seq: 1 }], id(77)),
    boardCell(reporter, [{ author: 'reporter', kind: 'exclusion', body: { exclude: [] }, seq: 2 ** 31 - 2 }]),
  ];
  const thread = readThread(reporter, setting, cells);
  assert.deepEqual(thread.entries.map(({ event: { kind } }) => kind), ['narrowing']);
  assert.equal(thread.unverified, 1);
});
