/** A submission as a person makes it: for whom it opens, who is left out of it for good, and what the intake cell repeats. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Sealed, sealMore, sealReport } from '../src/compose.ts';
import { NO_COURSE } from '../src/course.ts';
import { openCell } from '../src/crypto/cell.ts';
import { Refused } from '../src/crypto/errors.ts';
import { checkedKeys, inForce, readRoster, verifyChain } from '../src/crypto/roster.ts';
import { SLOT } from '../src/crypto/slots.ts';
import { isRaising, type View } from '../src/own-view.ts';
import type { Setting } from '../src/verify.ts';
import { seeded } from '../tools/vectors/case.ts';
import { bo, cia, dan, DAY, deployment, firstRoster, founders, reporter, reportEvent } from '../tools/vectors/world.ts';
import { openLetter } from './reference/letter.ts';
import { readSubmission } from './reference/submission.ts';

const LAST_DAY = '2028-12-31';
const PARAMETERS = { intakeShards: 1, minRecipients: 3, powBits: 0 };
const chain = verifyChain([firstRoster], firstRoster.id);
const keys = checkedKeys(readRoster(firstRoster), new Map(founders.map((one) => [one.id, one.keys.kem.publicKey])));
const random = seeded('compose');
const SAID = [{ kind: 'message', body: { parcels: [], text: 'x' } }];

function settingOn(today: string): Setting {
  const file = { parameters: PARAMETERS } as unknown as Setting['deployment'];
  return { chain, roster: inForce(chain, today), keys, deployment: file, deploymentId: deployment, today };
}

function report(leaveOut: readonly string[], setting = settingOn(DAY)): Sealed {
  return sealReport(reporter, setting, reportEvent.body, leaveOut, random);
}

/** What a founder gets of it: what the slot says, and the kinds of the events. */
function seenBy(one: (typeof founders)[number], sealed: Sealed): string {
  try {
    const opened = openLetter(readSubmission(sealed.bytes).letter, one.keys.kem, deployment);
    return opened.is === 'thread' ? opened.events.map(({ kind }) => kind).join(' ') : `${opened.is} ${opened.payload.type}`;
  } catch (error) {
    return error instanceof Refused ? error.reason : String(error);
  }
}

test('investigators read, witnesses only watch, who is left out gets nothing', () => {
  const [told, later] = [report([bo.id]), sealMore(reporter, settingOn(DAY), { events: [], excluded: new Set([bo.id]), course: NO_COURSE }, SAID, [], random)];
  const wanted = (text: string, watching: number): string[] => [`watch ${watching}`, `watch ${watching}`, text, 'not-for-me', text];
  assert.deepEqual(founders.map((one) => seenBy(one, told)), wanted('exclusion report', SLOT.watchReport));
  assert.deepEqual(founders.map((one) => seenBy(one, later)), wanted('exclusion message', SLOT.watchMessage));
});

test('the intake cell says who is left out and what was stored, never the words', () => {
  const later = sealMore(reporter, settingOn(DAY), { events: [], excluded: new Set(), course: NO_COURSE }, SAID, [], random);
  for (const sealed of [report([]), later]) {
    const place = { deployment, thread: reporter.thread.id };
    const events = openCell(readSubmission(sealed.bytes).cell, reporter.kem, place);
    assert.deepEqual(events.map(({ kind }) => kind), ['exclusion', 'stored']);
    assert.deepEqual(events.map(({ id }) => id), sealed.echoed.map(({ id }) => id));
  }
});

test('how it went is told to investigators alone, and to the browser that it was told', () => {
  const view: View = { answers: { reprisals: ['yes'] }, moment: 'later', text: '' };
  const said = [{ kind: 'view-sent', body: { moment: view.moment, raises: isRaising(view) } }, { kind: 'view', body: view }];
  const sealed = sealMore(reporter, settingOn(DAY), { events: [], excluded: new Set(), course: NO_COURSE }, said, [], random);
  assert.equal(founders.map((one) => seenBy(one, sealed)).includes('exclusion view-sent view'), true);
  const place = { deployment, thread: reporter.thread.id };
  const cell = openCell(readSubmission(sealed.bytes).cell, reporter.kem, place);
  assert.deepEqual(cell.map(({ kind }) => kind), ['exclusion', 'view-sent', 'stored']);
  assert.deepEqual(cell[1]!.body, { moment: 'later', raises: true });
});

test('who was left out once stays out, also without being named again', () => {
  const known = { events: [], excluded: new Set([bo.id]), course: NO_COURSE };
  const sealed = sealMore(reporter, settingOn(DAY), known, SAID, [dan.id], random);
  assert.deepEqual(sealed.echoed[0]!.body, { exclude: [dan.id, bo.id] });
  assert.deepEqual(founders.map((one) => seenBy(one, sealed)).filter((seen) => seen === 'not-for-me').length, 2);
});

test('nothing is sealed for fewer than three, two of them investigators', () => {
  for (const leaveOut of [[bo.id, cia.id], [dan.id, 'tillsyn-2', bo.id]]) {
    assert.throws(() => report(leaveOut), (error) => error instanceof Refused && error.reason === 'audience');
  }
  assert.equal(seenBy(cia, report([dan.id, bo.id])), 'exclusion report', 'three are enough');
});

test('nothing is sealed to a key after its last day', () => {
  assert.equal(seenBy(cia, report([], settingOn(LAST_DAY))), 'exclusion report');
  assert.throws(() => report([], settingOn('2029-01-01')), (error) => error instanceof Refused && error.reason === 'audience');
});
