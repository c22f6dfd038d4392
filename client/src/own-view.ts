/** How it went for the person: when they are asked and what raises a case again, as reporting_app/cases/own_view.py has it. */
import type { Json, JsonObject } from './crypto/encoding.ts';
import type { Event } from './crypto/event.ts';
import { REPORTER } from './crypto/schema.ts';
import { addMonths } from './days.ts';
import type { Told } from './story.ts';

export type Moment = 'closing' | 'later';
const LATER_MONTHS = 6;

/** A view as the person gives it: the body of a `view`. */
export interface View extends JsonObject {
  readonly answers: Record<string, string[]>;
  readonly moment: Moment;
  readonly text: string;
}

/** The moment that the person is asked about now, each once and only while the case is closed. */
export function asks({ entries, course }: Told, state: string, today: string): Moment | null {
  const [first] = entries.filter(({ event }) => course.closings.has(event)).map(({ day }) => day).sort();
  if (first === undefined || state !== 'closed') return null;
  const moment = today >= addMonths(first, LATER_MONTHS) ? 'later' : 'closing';
  return entries.some(({ event }) => isViewSent(event) && event.body.moment === moment) ? null : moment;
}

/** What tells the browser of a view: its words are in no cell. */
export function isViewSent({ author, kind }: Event): boolean {
  return author === REPORTER && kind === 'view-sent';
}

/** Whether it opens a closed case: words, or reprisals. That it stopped, or did not, alone opens nothing. */
export function raisesAgain(event: Event): boolean {
  const { author, body, kind } = event;
  if (author !== REPORTER) return false;
  return kind === 'message' || (kind === 'view-sent' && body.raises === true) || (kind === 'view' && isRaising(body));
}

/** The same of a view before it is sent. */
export function isRaising({ answers, text }: JsonObject): boolean {
  const { reprisals } = answers as Record<string, Json>;
  return text !== '' || (Array.isArray(reprisals) && reprisals.includes('yes'));
}
