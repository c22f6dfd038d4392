/** The page where a report is written, sealed and sent. */
import { carried, roomLeft, sealReport, type Sealed } from '../compose.ts';
import { showRoom } from '../counter.ts';
import type { JsonObject } from '../crypto/encoding.ts';
import { newEntropy, reporterKeys, toWords, type ReporterKeys } from '../crypto/receipt.ts';
import { throwawayKey } from '../crypto/slots.ts';
import { random, today } from '../device.ts';
import { byId, fillWords, message, painted, setFieldError, setState, setStep, show } from '../dom.ts';
import { watchHints } from '../hint-box.ts';
import { askBeforeLeaving, guardReceipt } from '../leaving.ts';
import { People } from '../people.ts';
import { printWordsOnly } from '../print.ts';
import { Questionnaire } from '../questionnaire.ts';
import { markReady, prepare, StatusLine } from '../ready.ts';
import { Outbox } from '../sending.ts';
import { leadToHints, showSummary } from '../summary.ts';
import { askBack } from '../type-back.ts';
import { readersKey, type Setting } from '../verify.ts';
import { WORD_LIST } from '../words.ts';

/** Between two keys made ahead: typing comes first. */
const PAUSE_MS = 100;
const narrative = byId<HTMLTextAreaElement>('narrative');
const send = byId<HTMLButtonElement>('send');
const retry = byId<HTMLButtonElement>('retry');
const status = new StatusLine('send-status');
const people = new People(update);
const outbox = new Outbox();
const questions = new Questionnaire(byId('questions'), update);
const lookForHints = watchHints(narrative, leadToHints(narrative));
const throwaways: Uint8Array[] = [];
let setting: Setting | null = null;
let words: string[] = [];
let isFinished = false;

async function start(): Promise<void> {
  show(retry, false);
  const found = await prepare();
  if (typeof found === 'string') {
    status.fail(message(found));
    show(retry, found === 'network');
    return;
  }
  setting = found;
  people.show(setting);
  status.say('');
  update();
  markReady();
  send.disabled = false;
  makeAhead(setting.roster.slots);
}

/** Keys for unused slots, one at a time while the person writes: later they would keep a slow phone waiting. */
function makeAhead(count: number): void {
  if (throwaways.length >= count) return;
  throwaways.push(throwawayKey(random));
  setTimeout(makeAhead, PAUSE_MS, count);
}

function body(): JsonObject {
  return {
    answers: questions.answers,
    language: document.documentElement.lang,
    narrative: carried(narrative.value),
    parcels: [],
    path: 'browser',
    questionnaire: document.documentElement.dataset.deployment ?? '',
  };
}

function left(): number {
  const content = body();
  return setting === null ? 0 : roomLeft(setting, content, String(content.narrative));
}

/** What follows from what is written and chosen. */
function update(): void {
  if (setting === null) return;
  showRoom(byId('narrative-left'), left());
  showSummary(narrative.value, questions, people);
}

/** While sealed bytes are on their way or waiting, what they hold cannot be changed. */
function freeze(frozen: boolean): void {
  narrative.readOnly = frozen;
  people.freeze(frozen);
  questions.freeze(frozen);
  show(send, !frozen);
}

async function submit(): Promise<void> {
  if (setting === null || outbox.isUnderWay) return;
  const wrong = carried(narrative.value) === '' ? message('nothing-written') : left() < 0 ? message('too-long', { count: -left() }) : '';
  setFieldError(narrative, 'narrative-error', wrong);
  if (wrong !== '') return;
  setState('sending');
  freeze(true);
  status.say('sealing');
  await painted();
  try {
    outbox.hold(seal({ ...setting, today: today() }));
  } catch {
    endAttempt(message('not-sealed'));
    return;
  }
  await deliver();
}

function seal(current: Setting): Sealed {
  const entropy = newEntropy(random);
  const keys: ReporterKeys = reporterKeys(entropy, current.deploymentId);
  words = toWords(entropy, WORD_LIST);
  entropy.fill(0);
  const sealed = sealReport(keys, current, body(), people.leaveOut, random, throwaways.splice(0));
  keys.signSeed.fill(0);
  return sealed;
}

async function deliver(mayReseal = true): Promise<void> {
  setState('sending');
  show(retry, false);
  status.say('posting');
  const answer = await outbox.deliver(() => status.say('retrying'));
  if (answer.kind === 'stored') return showReceipt();
  if (answer.kind === 'refused') {
    outbox.release();
    words = [];
    if (answer.type === 'roster-stale') return readersChanged(mayReseal);
    return endAttempt(message('refused', { type: answer.type }));
  }
  setState('failed');
  status.fail(message(answer.kind), true);
  show(retry, true);
  fillWords('early-words', words);
  show(byId('early-receipt'), true);
}

/** The site knows a newer roster. Seal again only for readers whom the person has seen. */
async function readersChanged(mayReseal: boolean): Promise<void> {
  const seen = setting === null ? '' : readersKey(setting);
  const found = await prepare();
  if (typeof found === 'string') return endAttempt(message(found));
  setting = found;
  people.show(setting);
  update();
  if (mayReseal && readersKey(setting) === seen) {
    outbox.hold(seal(setting));
    return deliver(false);
  }
  endAttempt(message('readers-changed'));
  setState('editing');
  byId('readers').scrollIntoView({ block: 'center' });
}

/** Refused for certain, or never sent: the person can go on writing and try anew. */
function endAttempt(text: string): void {
  freeze(false);
  setState('failed');
  status.fail(text, true);
}

function showReceipt(): void {
  outbox.release();
  narrative.value = '';
  lookForHints();
  update();
  show(byId('early-receipt'), false);
  fillWords('early-words', []);
  fillWords('words', words);
  const release = guardReceipt();
  const endPrinting = printWordsOnly();
  askBack(words, () => (release(), endPrinting(), finish()));
  setState('sent');
  setStep('receipt', 'sent-title');
}

/** The slip is right: nothing of it or of the text stays in the page. */
function finish(): void {
  isFinished = true;
  words = [];
  fillWords('words', []);
  for (const id of ['back-first', 'back-second']) byId<HTMLInputElement>(id).value = '';
  setStep('done', 'done-title');
  byId('content').querySelectorAll('[data-in~="write"], [data-in~="receipt"]').forEach((part) => part.remove());
}

narrative.addEventListener('input', () => {
  setFieldError(narrative, 'narrative-error');
  update();
});
send.addEventListener('click', () => void submit());
retry.addEventListener('click', () => void (outbox.sealed === null ? start() : deliver()));
addEventListener('online', () => {
  if (outbox.sealed !== null && !outbox.isUnderWay) void deliver();
});
askBeforeLeaving(() => !isFinished && (narrative.value.trim() !== '' || outbox.sealed !== null || words.length > 0));
void start();
