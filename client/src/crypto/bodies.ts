/** What the body of each kind of event must look like, and who may write it (docs/protocol.md §3, Bodies). */
import { unb64, utf8, type Json, type JsonObject } from './encoding.ts';
import { Refused } from './errors.ts';
import { array, exactKeys, isInteger, isObject, memberIds, REPORTER, demand } from './schema.ts';

/** The parts of an event that its body's rules look at. */
export interface Written {
  readonly author: string;
  readonly audience: readonly string[];
  readonly body: JsonObject;
  readonly kind: string;
}

/** What the reporter is never told, of the kinds that are known here. */
const INSIDE = ['note', 'coding', 'read'];

type Check = (value: Json) => void;
interface Kind {
  readonly reporter: boolean;
  readonly member: boolean;
  readonly keys: Readonly<Record<string, Check>>;
}

const MOST_TEXT = 12_000;
const MOST_INTEGER = Number.MAX_SAFE_INTEGER;
const ID = /^[a-z0-9_][a-z0-9_-]{0,63}$/;
const LANGUAGE = /^[a-z]{2,3}(-[a-z0-9]{2,8})?$/;

/**
 * Throws `kind` when the author may not write this kind, `schema` for a body outside it, `audience` for a `note` to the
 * reporter or a `stored` to anybody else. An unknown kind passes: it is kept and shown as unknown.
 */
export function checkBody(event: Written): void {
  const kind = Object.hasOwn(KINDS, event.kind) ? KINDS[event.kind] : undefined;
  if (kind === undefined) return;
  if (!(event.author === REPORTER ? kind.reporter : kind.member)) throw new Refused('kind', 'not for this author');
  const body = exactKeys(event.body, Object.keys(kind.keys));
  for (const [key, check] of Object.entries(kind.keys)) check(body[key]!);
  if (INSIDE.includes(event.kind) && event.audience.includes(REPORTER)) throw new Refused('audience', 'not for the reporter');
  if (event.kind === 'stored' && event.audience.some((reader) => reader !== REPORTER)) {
    throw new Refused('audience', 'stored is for the reporter alone');
  }
}

function string(value: Json): void {
  demand(typeof value === 'string', 'a string');
}

function truth(value: Json): void {
  demand(typeof value === 'boolean', 'yes or no');
}

function text(value: Json): void {
  demand(typeof value === 'string' && !value.includes('\0') && utf8(value).length <= MOST_TEXT, 'a text');
}

function someText(value: Json): void {
  text(value);
  demand(value !== '', 'an empty text');
}

function id(value: Json): void {
  demand(typeof value === 'string' && ID.test(value), 'an id');
}

function bytes32(value: Json): void {
  unb64(value, 32);
}

function sealedIdentity(value: Json): void {
  demand(unb64(value).length >= 16, 'a sealed identity');
}

function object(value: Json): void {
  demand(isObject(value), 'an object');
}

function positive(value: Json): void {
  demand(isInteger(value, 1, MOST_INTEGER), 'a number');
}

function someMembers(value: Json): void {
  memberIds(value, 0, 16);
}

function oneOf(...allowed: string[]): Check {
  return (value) => demand(typeof value === 'string' && allowed.includes(value), 'a choice');
}

function listOf(check: Check): Check {
  return (value) => array(value).forEach(check);
}

function mapOf(check: Check): Check {
  return (value) => {
    demand(isObject(value), 'an object');
    Object.values(value).forEach(check);
  };
}

function language(value: Json): void {
  demand(typeof value === 'string' && LANGUAGE.test(value), 'a language');
}

/** A reference to a parcel (§7). */
function parcel(value: Json): void {
  const reference = exactKeys(value, ['id', 'key', 'name', 'part', 'parts', 'size', 'type']);
  unb64(reference.id, 32);
  unb64(reference.key, 32);
  demand(typeof reference.name === 'string' && typeof reference.type === 'string', 'a parcel');
  demand(isInteger(reference.parts, 1, MOST_INTEGER), 'a number of parts');
  demand(isInteger(reference.part, 1, reference.parts), 'a part');
  demand(isInteger(reference.size, 0, MOST_INTEGER), 'a size');
}

function by(author: 'reporter' | 'member' | 'both', keys: Readonly<Record<string, Check>>): Kind {
  return { reporter: author !== 'member', member: author !== 'reporter', keys };
}

const KINDS: Readonly<Record<string, Kind>> = {
  report: by('reporter', {
    answers: mapOf(listOf(id)),
    language,
    narrative: someText,
    parcels: listOf(parcel),
    path: oneOf('browser', 'noscript', 'oral', 'script'),
    questionnaire: bytes32,
  }),
  exclusion: by('reporter', { exclude: someMembers }),
  stored: by('reporter', { events: listOf(bytes32), letter: bytes32 }),
  message: by('both', { parcels: listOf(parcel), text: someText }),
  opened: by('member', { events: listOf(bytes32), letter: bytes32 }),
  status: by('member', { reason: text, state: oneOf('received', 'assessing', 'investigating', 'acting') }),
  note: by('member', { text }),
  reseal: by('member', { events: listOf(bytes32), reason: text }),
  coding: by('member', { catalogue: positive, values: mapOf(id) }),
  proposal: by('member', { action: string, arguments: object, heard: bytes32 }),
  approval: by('member', { of: bytes32 }),
  recusal: by('member', {}),
  identity: by('reporter', { sealed: sealedIdentity }),
  view: by('reporter', { answers: mapOf(listOf(id)), moment: oneOf('closing', 'later'), text }),
  'view-sent': by('reporter', { moment: oneOf('closing', 'later'), raises: truth }),
  read: by('member', { events: listOf(bytes32) }),
};
