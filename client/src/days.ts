/** Calendar days as the protocol writes them, YYYY-MM-DD, from 0001-01-01 to 9999-12-31. Nothing here throws. */
import { dayNumber } from './crypto/schema.ts';

const DAY_MS = 86_400_000;
const LAST_DAY = '9999-12-31';
/** The Gregorian calendar repeats after so many years; JavaScript takes years below 100 for others. */
const CYCLE = 400;

/** `days` later (0 or more), or the calendar's last day. */
export function addDays(day: string, days: number): string {
  const moved = dayNumber(day) + days;
  return moved >= dayNumber(LAST_DAY) ? LAST_DAY : new Date(moved * DAY_MS).toISOString().slice(0, 10);
}

/** The same day of a later month, or its last day; at most the calendar's last day. */
export function addMonths(day: string, months: number): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  const [laterYear, laterMonth] = [year + Math.floor((month - 1 + months) / 12), (month - 1 + months) % 12];
  if (laterYear > 9999) return LAST_DAY;
  const last = new Date(Date.UTC(CYCLE * 5 + (laterYear % CYCLE), laterMonth + 1, 0)).getUTCDate();
  const padded = (value: number, size: number): string => String(value).padStart(size, '0');
  return `${padded(laterYear, 4)}-${padded(laterMonth + 1, 2)}-${padded(Math.min(date, last), 2)}`;
}

/** Weekdays that have passed wholly since `from`. */
export function workingDaysSince(from: string, today: string): number {
  const days = Math.max(0, dayNumber(today) - dayNumber(from));
  const rest = Array.from({ length: days % 7 }, (_, at) => new Date((dayNumber(today) - at) * DAY_MS).getUTCDay());
  return Math.floor(days / 7) * 5 + rest.filter((weekday) => weekday !== 0 && weekday !== 6).length;
}
