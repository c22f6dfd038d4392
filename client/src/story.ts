/** What a thread's events mean for the person: how far it has come, when something is due, what was said. No page here. */
import type { Event } from './crypto/event.ts';
import { dayNumber, REPORTER } from './crypto/schema.ts';

export interface Due {
  readonly due: string;
  /** The day it came, or null while it has not. */
  readonly done: string | null;
}

export type Line =
  | { readonly kind: 'own'; readonly day: string; readonly isFirst: boolean }
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

/** `events` are verified and in order, at least one. Days of grace are the deployment's parameters. */
export function tell(events: readonly Event[], firstAnswerDays: number, feedbackMonths: number): Story {
  const received = events[0]!.day;
  const stored = events.find((event) => event.kind === 'stored')?.day ?? null;
  const opened = events.find((event) => event.kind === 'opened') ?? null;
  const answered = events.find((event) => event.kind === 'message' && event.author !== REPORTER)?.day ?? null;
  const status = statusOf(events);
  const state = typeof status?.body.state === 'string' ? status.body.state : opened === null ? 'stored' : 'received';
  const closed = state === 'closed' ? status!.day : null;
  return {
    stored,
    received,
    opened: opened === null ? null : { day: opened.day, author: opened.author },
    state,
    since: status?.day ?? null,
    outcome: String(status?.body.outcome ?? ''),
    reason: String(status?.body.reason ?? ''),
    firstAnswer: { due: addDays(received, firstAnswerDays), done: answered },
    feedback: answered === null ? null : { due: addMonths(answered, feedbackMonths), done: closed },
    lines: linesOf(events),
  };
}

/** The status that holds; a closed case that the person has written in again is received anew. */
function statusOf(events: readonly Event[]): Event | null {
  const letters = new Set<string>();
  let holding: Event | null = null;
  for (const event of events) {
    if (event.kind === 'status') holding = event;
    if (event.kind !== 'stored' && event.kind !== 'opened') continue;
    const letter = String(event.body.letter);
    const isNew = letters.size > 0 && !letters.has(letter);
    letters.add(letter);
    if (isNew && holding?.body.state === 'closed' && (event.kind === 'opened' || event.day > holding.day)) holding = null;
  }
  return holding;
}

/**
 * The conversation. What the person sent stands where an investigator opened it, or, not opened yet, last on its day: a
 * `stored` event names nothing that came before.
 */
function linesOf(events: readonly Event[]): Line[] {
  const storedOn = new Map(events.filter((event) => event.kind === 'stored').map((event) => [event.body.letter, event.day]));
  const shown = new Set<unknown>();
  const lines: Line[] = [];
  for (const { author, body, day, kind } of events) {
    if (kind === 'message') lines.push({ kind: 'reply', day, author, text: String(body.text) });
    if (kind === 'status') lines.push({ kind: 'status', day, state: String(body.state) });
    if (kind !== 'opened' || shown.has(body.letter)) continue;
    lines.push({ kind: 'own', day: storedOn.get(body.letter) ?? day, isFirst: shown.size === 0 });
    shown.add(body.letter);
  }
  for (const [letter, day] of storedOn) {
    if (shown.has(letter)) continue;
    const at = lines.filter((line) => line.day <= day).length;
    lines.splice(at, 0, { kind: 'own', day, isFirst: shown.size === 0 });
    shown.add(letter);
  }
  return lines;
}

/** Whether something due is late on `today`. */
export function isLate(due: Due, today: string): boolean {
  return (due.done ?? today) > due.due;
}

/** Weekdays that have passed wholly since `from`. */
export function workingDaysSince(from: string, today: string): number {
  const days = Math.max(0, dayNumber(today) - dayNumber(from));
  const passed = Array.from({ length: days }, (_, at) => new Date((dayNumber(from) + at + 1) * 86_400_000).getUTCDay());
  return passed.filter((weekday) => weekday !== 0 && weekday !== 6).length;
}

function addDays(day: string, days: number): string {
  return new Date((dayNumber(day) + days) * 86_400_000).toISOString().slice(0, 10);
}

/** The same day of a later month, or its last day. */
function addMonths(day: string, months: number): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(date, last))).toISOString().slice(0, 10);
}
