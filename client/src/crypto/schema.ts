/** Checks of parsed JSON that several formats share. All throw `schema` (docs/protocol.md §1). */
import type { Json, JsonObject } from './encoding.ts';
import { Refused } from './errors.ts';

export const REPORTER = 'reporter';
const MEMBER_ID = /^[a-z][a-z0-9-]{0,31}$/;
const DAY_MS = 86_400_000;

/** Throws `schema`, saying which `field` is outside the format, unless `holds`. */
export function demand(holds: boolean, field: string): asserts holds {
  if (!holds) throw new Refused('schema', `${field} is outside the format`);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An integer in least…most. */
export function isInteger(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most;
}

export function isMemberId(name: unknown): name is string {
  return typeof name === 'string' && name !== REPORTER && MEMBER_ID.test(name);
}

/** `value` as an object with exactly `keys`. */
export function exactKeys(value: unknown, keys: readonly string[]): JsonObject {
  demand(isObject(value), 'an object');
  const own = Object.keys(value);
  demand(own.length === keys.length && keys.every((key) => Object.hasOwn(value, key)), 'a key');
  return value;
}

/** `value` as an array of least…most different strings in ascending order. */
export function ascending(value: unknown, least: number, most: number): string[] {
  demand(Array.isArray(value) && value.length >= least && value.length <= most, 'an array');
  demand(
    value.every((item, at) => typeof item === 'string' && (at === 0 || value[at - 1] < item)),
    'an ascending array',
  );
  return value as string[];
}

/** `value` as an ascending array of least…most different member ids. */
export function memberIds(value: unknown, least: number, most: number): string[] {
  const ids = ascending(value, least, most);
  demand(ids.every(isMemberId), 'a member id');
  return ids;
}

export function array(value: Json | undefined): Json[] {
  demand(Array.isArray(value), 'an array');
  return value;
}

/** `value` as a day written YYYY-MM-DD that exists. */
export function day(value: unknown): string {
  demand(typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && value >= '0001', 'a day');
  const time = Date.parse(`${value}T00:00:00Z`);
  demand(!Number.isNaN(time) && new Date(time).toISOString().startsWith(value), 'a day');
  return value;
}

/** Days from 1970-01-01 to a valid `day`. */
export function dayNumber(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / DAY_MS;
}
