import { b64, type JsonObject } from '../../src/crypto/encoding.ts';
import { seeded, type Case, type Cases } from './case.ts';
import { answerEvent } from './world.ts';

const ID = b64(seeded('some id')(32));
const SHORT = b64(seeded('some id')(31));
const PARCEL = {
  id: ID,
  key: b64(seeded('parcel key')(32)),
  name: 'bild.jpg',
  part: 1,
  parts: 2,
  size: 300_000,
  type: 'image/jpeg',
};

interface Example {
  readonly kind: string;
  readonly author: 'reporter' | 'utredare-1';
  readonly body: JsonObject;
}

const REPORT: JsonObject = {
  answers: { what: ['threat'] },
  language: 'sv',
  narrative: 'Hot.',
  parcels: [PARCEL],
  path: 'browser',
  questionnaire: ID,
};

/** One right body of each kind. */
const EXAMPLES: Record<string, Example> = {
  report: { kind: 'report', author: 'reporter', body: REPORT },
  exclusion: { kind: 'exclusion', author: 'reporter', body: { exclude: [] } },
  stored: { kind: 'stored', author: 'reporter', body: { events: [ID], letter: ID } },
  'message-reporter': { kind: 'message', author: 'reporter', body: { parcels: [], text: 'Hej.' } },
  'message-member': { kind: 'message', author: 'utredare-1', body: { parcels: [PARCEL], text: 'Hej.' } },
  opened: { kind: 'opened', author: 'utredare-1', body: { events: [ID, ID], letter: ID } },
  status: { kind: 'status', author: 'utredare-1', body: { reason: '', state: 'received' } },
  note: { kind: 'note', author: 'utredare-1', body: { text: '' } },
  reseal: { kind: 'reseal', author: 'utredare-1', body: { events: [b64(answerEvent.id)], reason: 'Ny utredare.' } },
  coding: { kind: 'coding', author: 'utredare-1', body: { catalogue: 1, values: { ground: 'none' } } },
  proposal: { kind: 'proposal', author: 'utredare-1', body: { action: 'narrow', arguments: { handlers: ['utredare-1'] }, heard: ID } },
  approval: { kind: 'approval', author: 'utredare-1', body: { of: ID } },
  recusal: { kind: 'recusal', author: 'utredare-1', body: {} },
  identity: { kind: 'identity', author: 'reporter', body: { sealed: b64(seeded('identity')(80)) } },
  view: { kind: 'view', author: 'reporter', body: { answers: {}, moment: 'closing', text: '' } },
  'view-sent': { kind: 'view-sent', author: 'reporter', body: { moment: 'later', raises: true } },
  read: { kind: 'read', author: 'utredare-1', body: { events: [] } },
};

/** Bodies by themselves: kind, author and audience given, the rest of the event taken for good. */
export function bodyCases(cases: Cases): void {
  for (const [name, { kind, author, body }] of Object.entries(EXAMPLES)) {
    const audience =
      kind === 'stored' ? ['reporter'] : ['note', 'coding', 'read'].includes(kind) ? ['utredare-1', 'utredare-2'] : ['reporter', 'utredare-1'];
    cases.succeeds(`body-${name}`, 'In form.', { operation: 'body', kind, author, audience, body });
    const other = author === 'reporter' ? 'utredare-1' : 'reporter';
    if (kind !== 'message')
      cases.refuses(`body-${name}-by-${other}`, 'kind', 'Not this author’s to write.', { base: `body-${name}`, author: other });
    cases.refuses(`body-${name}-extra-key`, 'schema', 'A key too many.', { base: `body-${name}`, body: { ...body, extra: 1 } });
    for (const key of Object.keys(body)) {
      const { [key]: _, ...rest } = body;
      cases.refuses(`body-${name}-without-${key.replace('_', '-')}`, 'schema', 'A key is missing.', {
        base: `body-${name}`,
        body: rest,
      });
    }
  }
  cases.refuses('body-note-to-the-reporter', 'audience', 'A note never names the reporter.', {
    base: 'body-note',
    audience: ['reporter', 'utredare-1'],
  });
  cases.refuses('body-stored-to-a-member', 'audience', 'Only the reporter reads it.', {
    base: 'body-stored',
    audience: ['reporter', 'utredare-1'],
  });
  addValues(cases);
}

type Change = (name: string, what: string, expect: Case['expect'], comment: string, body: JsonObject) => void;
type Wrong = (name: string, what: string, comment: string, body: JsonObject) => void;

/** Single fields of a right body replaced. */
function addValues(cases: Cases): void {
  const change: Change = (name, what, expect, comment, body) => {
    const input = { base: `body-${name}`, body: { ...EXAMPLES[name]!.body, ...body } };
    if (expect === 'success') cases.succeeds(`body-${name}-${what}`, comment, input);
    else cases.refuses(`body-${name}-${what}`, expect, comment, input);
  };
  const wrong: Wrong = (name, what, comment, body) => change(name, what, 'schema', comment, body);
  addReporterValues(change, wrong);
  addMemberValues(change, wrong);
}

function addReporterValues(change: Change, wrong: Wrong): void {
  change('message-reporter', 'longest', 'success', '12 000 bytes of UTF-8.', { text: 'å'.repeat(6000) });
  wrong('message-reporter', 'too-long', '12 001 bytes of UTF-8, 6 001 characters.', { text: `${'å'.repeat(6000)}a` });
  wrong('message-reporter', 'empty', 'Not empty.', { text: '' });
  wrong('message-reporter', 'nul', 'Without NUL.', { text: 'a\0' });
  wrong('message-reporter', 'number', 'A text.', { text: 1 });
  wrong('message-reporter', 'parcels-object', 'An array.', { parcels: {} });
  for (const [key, value] of [
    ['name', 1],
    ['part', 0],
    ['part', 3],
    ['parts', 0],
    ['parts', '2'],
    ['part', true],
    ['size', -1],
    ['size', '1'],
    ['type', 1],
  ] as const) {
    wrong('report', `parcel-${key}-${String(value).replace('-', 'minus-')}`, 'A parcel’s field.', {
      parcels: [{ ...PARCEL, [key]: value }],
    });
  }
  change('report', 'parcel-id-short', 'encoding', '31 bytes.', { parcels: [{ ...PARCEL, id: SHORT }] });
  wrong('report', 'parcel-extra-key', 'A key too many.', { parcels: [{ ...PARCEL, extra: 1 }] });
  wrong('report', 'narrative-empty', 'Not empty.', { narrative: '' });
  wrong('report', 'path', 'One of four.', { path: 'app' });
  wrong('report', 'language', 'A language.', { language: 'Svenska' });
  wrong('report', 'answers-array', 'An object.', { answers: [] });
  wrong('report', 'answer-text', 'Each answer is an array.', { answers: { what: 'threat' } });
  wrong('report', 'answer-number', 'Option ids are texts.', { answers: { what: [1] } });
  change('report', 'questionnaire-short', 'encoding', '31 bytes.', { questionnaire: SHORT });
  change('exclusion', 'two', 'success', 'Two members.', { exclude: ['tillsyn-1', 'utredare-2'] });
  wrong('exclusion', 'unsorted', 'Ascending.', { exclude: ['utredare-2', 'tillsyn-1'] });
  wrong('exclusion', 'doubled', 'Different.', { exclude: ['utredare-2', 'utredare-2'] });
  wrong('exclusion', 'reporter', 'Members only.', { exclude: ['reporter'] });
  wrong('exclusion', 'text', 'An array.', { exclude: 'utredare-2' });
  change('stored', 'letter-short', 'encoding', '31 bytes.', { letter: SHORT });
}

function addMemberValues(change: Change, wrong: Wrong): void {
  change('opened', 'event-short', 'encoding', '31 bytes.', { events: [SHORT] });
  wrong('opened', 'events-text', 'An array.', { events: ID });
  for (const state of ['received', 'assessing', 'investigating', 'acting'])
    change('status', state, 'success', 'A state.', { state });
  wrong('status', 'unknown-state', 'One of four.', { state: 'done' });
  wrong('status', 'closed', 'Two together close a case.', { state: 'closed' });
  change('reseal', 'event-padded', 'encoding', 'b64 without padding.', { events: ['AA=='] });
  wrong('coding', 'catalogue-text', 'A version.', { catalogue: '1' });
  wrong('coding', 'catalogue-true', 'true is not 1.', { catalogue: true });
  wrong('coding', 'value-number', 'Value ids are texts.', { values: { ground: 1 } });
  wrong('proposal', 'arguments-array', 'An object.', { arguments: [] });
  wrong('proposal', 'action-number', 'A text.', { action: 1 });
  change('approval', 'of-short', 'encoding', '31 bytes.', { of: SHORT });
  change('proposal', 'heard-short', 'encoding', '31 bytes.', { heard: SHORT });
  wrong('recusal', 'reason', 'Nothing more.', { reason: '' });
  change('identity', 'not-b64', 'encoding', 'b64.', { sealed: '*' });
  wrong('view', 'moment', 'closing or later.', { moment: 'now' });
  wrong('view-sent', 'moment', 'closing or later.', { moment: 'now' });
  wrong('view-sent', 'raises', 'True or false.', { raises: 1 });
  change('read', 'event-number', 'encoding', 'Event ids.', { events: [1] });
}
