/** Reads threads and what Python made of them from standard input; prints the first thing that differs, or nothing. */
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { bytesToHex as hex, hexToBytes as unhex } from '@noble/hashes/utils.js';
import { fromJson } from '../src/crypto/event.ts';
import { listenersAmong } from '../src/course.ts';
import { excludedIn, fold } from '../src/thread.ts';
import { asks } from '../src/own-view.ts';
import { tell } from '../src/story.ts';

interface Expected {
  readonly events: readonly (readonly [string, string])[];
  readonly order: unknown;
  readonly excluded: unknown;
  readonly aside: unknown;
  readonly handlers: unknown;
  readonly listeners: unknown;
  readonly state: unknown;
  readonly since: unknown;
  readonly received: unknown;
  readonly opened: unknown;
  readonly story: unknown;
  readonly asks: unknown;
}

const { today, later, until, investigators, threads } = JSON.parse(readFileSync('/dev/stdin', 'utf8')) as {
  today: string;
  later: string;
  until: Record<string, string>;
  investigators: string[];
  threads: Expected[];
};

for (const expected of threads) {
  const events = expected.events.map(([json, signature]) => fromJson(unhex(json), unhex(signature)));
  const thread = fold(events, today, 0, { investigators: new Set(investigators), until: new Map(Object.entries(until)) });
  const { entries, course, unverified } = thread;
  if (entries.length === 0) continue;
  const story = tell(thread, 7, 3);
  const found: Omit<Expected, 'events'> = {
    order: entries.map(({ event, day }) => [hex(event.id), day]),
    excluded: [...excludedIn(entries)].sort(),
    aside: unverified,
    handlers: [...course.handlers].sort(),
    listeners: listenersAmong(course, investigators.filter((name) => !excludedIn(entries).has(name))).sort(),
    state: story.state === 'stored' ? 'received' : story.state,
    since: story.since,
    received: story.received,
    opened: story.opened?.day ?? null,
    story: { ...story, opened: story.opened?.day ?? null },
    asks: [today, later].map((day) => asks(thread, story.state, day)),
  };
  for (const [key, value] of Object.entries(found)) {
    const theirs = expected[key as keyof Expected];
    if (!isDeepStrictEqual(value, theirs)) {
      throw new Error(`${key}: TypeScript ${JSON.stringify(value)}, Python ${JSON.stringify(theirs)}`);
    }
  }
}
console.log(`${threads.length} threads are the same in both languages`);
