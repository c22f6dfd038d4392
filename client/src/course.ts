/** What two members together have settled, as reporting_app/cases/course.py has it for the reporter (docs/protocol.md §3). */
import { b64, type Json } from './crypto/encoding.ts';
import type { Event } from './crypto/event.ts';
import { isMemberId, isObject, REPORTER } from './crypto/schema.ts';
import type { Entry } from './order.ts';

const LEAST_HANDLERS = 2;
/** Something that shows. Languages differ about what is white space; together.py has this same class. */
const SHOWS = /[^\x00-\x20\x7f-\xa0\xad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]/;
const ID = /^[a-z0-9_][a-z0-9_-]{0,63}$/;

/** Those who are or were in the roster and investigate. */
export interface Everybody {
  readonly investigators: ReadonlySet<string>;
  /** The last day of those who have left. */
  readonly until: ReadonlyMap<string, string>;
}

export interface Closing {
  readonly outcome: string;
  readonly reason: string;
}

export interface Course {
  /** The approvals that closed the case. */
  readonly closings: ReadonlyMap<Event, Closing>;
  /** Empty while the case is not narrowed. */
  readonly handlers: ReadonlySet<string>;
  /** Those who have stepped aside. */
  readonly recused: ReadonlySet<string>;
  /** What somebody said after stepping aside. */
  readonly refused: ReadonlySet<Event>;
}

export const NO_COURSE: Course = { closings: new Map(), handlers: new Set(), recused: new Set(), refused: new Set() };

interface Proposal {
  readonly author: string;
  readonly closing: Closing | null;
  readonly handlers: readonly string[] | null;
  isPending: boolean;
}

/** One pass over what the rules carry, in order. */
export function courseOf(entries: readonly Entry[], { investigators }: Everybody): Course {
  const [closings, refused] = [new Map<Event, Closing>(), new Set<Event>()];
  const [recused, leftOut] = [new Set<string>(), new Set<string>()];
  const proposals = new Map<string, Proposal>();
  let handlers: ReadonlySet<string> = new Set();
  const fits = (names: readonly string[] | null): boolean =>
    names === null || (names.length >= LEAST_HANDLERS && names.every((name) => investigators.has(name) && !leftOut.has(name) && !recused.has(name)));

  const approve = (event: Event, proposal: Proposal | undefined): void => {
    if (!proposal?.isPending || !investigators.has(event.author) || event.author === proposal.author) return;
    proposal.isPending = false;
    if (recused.has(proposal.author) || !fits(proposal.handlers)) return;
    if (proposal.handlers !== null) handlers = new Set(proposal.handlers);
    if (proposal.closing !== null) closings.set(event, proposal.closing);
  };

  for (const { event } of entries) {
    const { author, body, kind } = event;
    if (author === REPORTER) {
      if (kind === 'exclusion') for (const name of body.exclude as string[]) leftOut.add(name);
    } else if (recused.has(author)) refused.add(event);
    else if (kind === 'recusal') recused.add(author);
    else if (kind === 'approval') approve(event, proposals.get(String(body.of)));
    else if (kind === 'proposal' && investigators.has(author)) {
      const proposal = read(author, body.action!, body.arguments!);
      if (proposal !== null && fits(proposal.handlers)) proposals.set(b64(event.id), proposal);
    }
  }
  return { closings, handlers, recused, refused };
}

/** Of `present`, none of them left out: to whom the person's next words go. */
export function listenersAmong({ handlers, recused }: Course, present: readonly string[]): string[] {
  const willing = present.filter((name) => !recused.has(name));
  const handling = willing.filter((name) => handlers.has(name));
  if (handling.length >= LEAST_HANDLERS) return handling;
  return willing.length >= LEAST_HANDLERS ? willing : [...present];
}

/** Null for arguments out of form; an unknown action has no effect. */
function read(author: string, action: Json, given: Json): Proposal | null {
  if (!isObject(given)) return null;
  const { handlers, outcome, reason } = given;
  if (Object.keys(given).length !== 2 || typeof reason !== 'string') return null;
  if (action === 'close') {
    const holds = typeof outcome === 'string' && ID.test(outcome) && SHOWS.test(reason);
    return holds ? { author, closing: { outcome, reason }, handlers: null, isPending: true } : null;
  }
  if (action !== 'narrow' || !Array.isArray(handlers) || !handlers.every(isMemberId)) return null;
  const isAscending = handlers.every((name, at) => at === 0 || handlers[at - 1]! < name);
  return isAscending ? { author, closing: null, handlers, isPending: true } : null;
}
