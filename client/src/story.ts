/** What a thread's events mean for the person: how far it has come, when something is due, what was said. No page here. */
import { b64 } from './crypto/encoding.ts';
import type { Event } from './crypto/event.ts';
import { REPORTER } from './crypto/schema.ts';
import { addDays, addMonths } from './days.ts';
import type { Course } from './course.ts';
import type { Entry } from './order.ts';
import { isViewSent, raisesAgain } from './own-view.ts';

type Closings = Course['closings'];

export interface Due {
  readonly due: string;
  /** The day it came, or null while it has not. */
  readonly done: string | null;
}

export type Line =
  | { readonly kind: 'own'; readonly day: string; readonly isFirst: boolean; readonly isView: boolean }
  | { readonly kind: 'reply'; readonly day: string; readonly author: string; readonly text: string }
  | { readonly kind: 'status'; readonly day: string; readonly state: string };

export interface Story {
  /** The day of the intake cell, or null once it is gone. */
  readonly stored: string | null;
  readonly received: string;
  readonly opened: { readonly day: string; readonly author: string } | null;
  /** `stored` until somebody has opened it, then the protocol's states. */
  readonly state: string;
  readonly since: string | null;
  readonly outcome: string;
  readonly reason: string;
  readonly firstAnswer: Due;
  /** Null until the first answer has started its clock. */
  readonly feedback: Due | null;
  readonly lines: readonly Line[];
}

/** As much of a thread as its story takes. */
export interface Told {
  readonly entries: readonly Entry[];
  readonly course: Pick<Course, 'closings'>;
}

/** `entries` are verified and in order, at least one. Days of grace are the deployment's parameters. */
export function tell({ entries, course }: Told, firstAnswerDays: number, feedbackMonths: number): Story {
  const first = (holds: (event: Event) => boolean): Entry | null => entries.find(({ event }) => holds(event)) ?? null;
  const received = (first(({ kind }) => kind === 'report') ?? first(({ author }) => author === REPORTER) ?? entries[0]!).day;
  const opened = first(({ kind }) => kind === 'opened');
  const answered = first(({ author, kind }) => kind === 'message' && author !== REPORTER)?.day ?? null;
  const { closings } = course;
  const status = statusOf(entries, closings);
  const closing = status === null ? undefined : closings.get(status.event);
  const state = status === null ? (opened === null ? 'stored' : 'received') : stateOf(status, closings);
  const closed = closing === undefined ? null : status!.day;
  return {
    stored: first(({ kind }) => kind === 'stored')?.day ?? null,
    received,
    opened: opened === null ? null : { day: opened.day, author: opened.event.author },
    state,
    since: status?.day ?? null,
    outcome: closing?.outcome ?? '',
    reason: closing?.reason ?? String(status?.event.body.reason ?? ''),
    firstAnswer: { due: addDays(received, firstAnswerDays), done: answered },
    feedback: answered === null ? null : { due: addMonths(answered, feedbackMonths), done: closed },
    lines: linesOf(entries, closings),
  };
}

/** The status that holds; a closed case that the person has written in again is received anew. */
function statusOf(entries: readonly Entry[], closings: Closings): Entry | null {
  const written = newWords(entries);
  const [first] = written.keys();
  const seen = new Set(entries.filter(({ event }) => event.kind !== 'exclusion').map(({ event }) => b64(event.id)));
  let holding: Entry | null = null;
  for (const entry of entries) {
    const { kind } = entry.event;
    const names = entry === first ? undefined : written.get(entry);
    const isNews = raisesAgain(entry.event) || (names !== undefined && !names.some((name) => seen.has(name)));
    if (kind === 'status' || closings.has(entry.event)) holding = entry;
    else if (isNews && holding !== null && closings.has(holding.event)) holding = null;
  }
  return holding;
}

function stateOf({ event }: Entry, closings: Closings): string {
  return closings.has(event) ? 'closed' : String(event.body.state);
}

/**
 * Which entries are the first to tell of something that the person sent, and the ids of it. What `stored` lists is
 * believed; of what a member says to have opened, only what the person's own events here are or list.
 */
function newWords(entries: readonly Entry[]): Map<Entry, string[]> {
  const own = entries.map(({ event }) => event).filter(({ author }) => author === REPORTER);
  const vouched = new Set(own.flatMap((event) => [b64(event.id), ...(event.kind === 'stored' ? listed(event) : [])]));
  const named = new Set<string>();
  const told = new Map<Entry, string[]>();
  for (const entry of entries) {
    if (entry.event.kind !== 'stored' && entry.event.kind !== 'opened') continue;
    const fresh = listed(entry.event).filter((name) => vouched.has(name) && !named.has(name));
    for (const name of fresh) named.add(name);
    if (fresh.length > 0) told.set(entry, fresh);
  }
  return told;
}

function listed(event: Event): string[] {
  return event.body.events as string[];
}

/** The conversation. What the person sent stands where the first word of it is: stored or, later, opened. */
function linesOf(entries: readonly Entry[], closings: Closings): Line[] {
  const written = newWords(entries);
  const [first] = written.keys();
  const views = new Set(entries.filter(({ event }) => isViewSent(event)).map(({ event }) => b64(event.id)));
  return entries.flatMap((entry): Line[] => {
    const { author, body, kind } = entry.event;
    const { day } = entry;
    // Whoever finds the receipt can sign as the reporter, and must not seem to answer.
    if (kind === 'message' && author !== REPORTER) return [{ kind: 'reply', day, author, text: String(body.text) }];
    if (kind === 'status' || closings.has(entry.event)) return [{ kind: 'status', day, state: stateOf(entry, closings) }];
    const isView = (): boolean => listed(entry.event).some((name) => views.has(name));
    return written.has(entry) ? [{ kind: 'own', day, isFirst: entry === first, isView: isView() }] : [];
  });
}

/** Whether something due is late on `today`. */
export function isLate(due: Due, today: string): boolean {
  return (due.done ?? today) > due.due;
}
