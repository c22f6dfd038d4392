/** The page where a person comes back with nine words, reads what was answered and writes more. */
import { sealMore, type Known } from '../compose.ts';
import { Refused } from '../crypto/errors.ts';
import { fromWords, reporterKeys, shardOf, type ReporterKeys } from '../crypto/receipt.ts';
import { random, today } from '../device.ts';
import { byId, message, painted, setFieldError, setState, setStep, show } from '../dom.ts';
import { askBeforeLeaving } from '../leaving.ts';
import { MoreForm } from '../more-form.ts';
import { asks } from '../own-view.ts';
import { People } from '../people.ts';
import { markReady, prepare, StatusLine } from '../ready.ts';
import { Outbox } from '../sending.ts';
import { getCells, Unreachable } from '../site-client.ts';
import { tell } from '../story.ts';
import { everybodyIn, excludedIn, joined, NO_THREAD, readThread, type Thread } from '../thread.ts';
import { showMeanings, showStory } from '../thread-view.ts';
import { readersKey, type Setting } from '../verify.ts';
import { ViewForm } from '../view-form.ts';
import { WordHelp } from '../word-help.ts';
import { WORD_LIST } from '../words.ts';
import type { Writing } from '../writing.ts';

/** How long roster and deployment file, once checked, are read with before they are fetched again. */
const FRESH_MS = 300_000;
const receipt = byId<HTMLTextAreaElement>('receipt');
const showButton = byId<HTMLButtonElement>('show');
const askStatus = new StatusLine('ask-status');
const people = new People();
const outbox = new Outbox();
const wordHelp = new WordHelp(receipt, WORD_LIST);
const more = new MoreForm();
const view = new ViewForm();
/** What is being sent, or was last. */
let writing: Writing = more;
let setting: Setting | null = null;
let checkedAt = 0;
let keys: ReporterKeys | null = null;
let thread = NO_THREAD;

async function start(): Promise<void> {
  const found = await prepare();
  showButton.disabled = found !== 'network' && typeof found === 'string';
  if (typeof found === 'string') return askStatus.fail(message(found));
  setting = found;
  checkedAt = Date.now();
  askStatus.say('');
  markReady();
}

/** Names what is wrong with the words, in the page only. */
function readWords(): Uint8Array | null {
  const typed = wordsIn(receipt.value);
  try {
    if (typed.length === 0) throw new Refused('receipt-length', 'empty');
    const entropy = fromWords(receipt.value, WORD_LIST);
    setFieldError(receipt, 'receipt-error');
    return entropy;
  } catch (error) {
    const reason = error instanceof Refused ? error.reason : 'receipt-checksum';
    const number = (error instanceof Refused && error.position) || 1;
    const values = { count: typed.length, number, word: typed[number - 1] ?? '' };
    setFieldError(receipt, 'receipt-error', message(typed.length === 0 ? 'receipt-empty' : reason, values));
    return null;
  }
}

function wordsIn(text: string): string[] {
  return text.normalize('NFC').toLowerCase().split(/[^a-zåäö]+/).filter((word) => word !== '');
}

async function look(): Promise<void> {
  const entropy = readWords();
  if (entropy === null) return;
  setState('sending');
  showButton.disabled = true;
  askStatus.say('fetching');
  await painted();
  try {
    await findThread(entropy);
  } catch (error) {
    setState('failed');
    askStatus.fail(message(error instanceof Unreachable ? 'network' : 'damaged'), true);
  }
  entropy.fill(0);
  showButton.disabled = false;
}

/** Fetches the same whatever the receipt: the files, the intake shard and every volume's shard (§6). */
async function findThread(entropy: Uint8Array): Promise<void> {
  const isFresh = setting !== null && Date.now() - checkedAt < FRESH_MS;
  const found = isFresh && setting !== null ? setting : await prepare();
  if (typeof found === 'string') {
    setState('failed');
    return askStatus.fail(message(found), true);
  }
  setting = found;
  markReady();
  const own = reporterKeys(entropy, setting.deploymentId);
  thread = await readCells(own, setting);
  askStatus.say('');
  if (thread.entries.length === 0) {
    setState('notfound');
    return setStep('missing', 'missing-title');
  }
  keys = own;
  receipt.value = '';
  wordHelp.update();
  showFound(setting);
  setState('found');
  setStep('thread', 'thread-title');
}

async function readCells(own: ReporterKeys, current: Setting): Promise<Thread> {
  const { intakeShards, volumes } = current.deployment.parameters;
  const board = [...volumes].sort(([left], [right]) => left - right);
  const paths = [`/v1/intake/${shardOf(own.thread, intakeShards)}`, ...board.map(([year, count]) => `/v1/board/${year}/${shardOf(own.thread, count)}`)];
  return readThread(own, current, await Promise.all(paths.map(getCells)));
}

function showFound(current: Setting): void {
  const { firstAnswerDays, feedbackMonths } = byId('content').dataset;
  const story = tell(thread, Number(firstAnswerDays), Number(feedbackMonths));
  showStory(story, current, thread.unverified);
  view.show(asks(thread, story.state, current.today), current);
  people.show(current, known().excluded, thread.course);
  show(byId('ask-readers'), !thread.entries.some(({ event }) => event.kind === 'exclusion'));
  more.show(current);
}

function known(): Known {
  return { events: thread.entries.map(({ event }) => event), excluded: excludedIn(thread.entries), course: thread.course };
}

function freeze(frozen: boolean): void {
  for (const one of [more, view]) one.freeze(frozen);
  people.freeze(frozen);
}

async function submit(what: Writing): Promise<void> {
  if (setting === null || keys === null || outbox.isUnderWay || outbox.sealed !== null || !what.check()) return;
  writing = what;
  setState('sending');
  freeze(true);
  what.status.say('sealing');
  await painted();
  const seen = people.listeners;
  try {
    // Who handles the case may have changed since the page was opened.
    thread = await readCells(keys, setting);
    people.show(setting, known().excluded, thread.course);
  } catch (error) {
    return endAttempt('failed', message(error instanceof Unreachable ? 'network' : 'damaged'));
  }
  if (people.listeners.some((name) => !seen.includes(name))) return askAgain();
  try {
    seal(keys, { ...setting, today: today() });
  } catch {
    return endAttempt('failed', message('not-sealed'));
  }
  await deliver();
}

function seal(own: ReporterKeys, current: Setting): void {
  outbox.hold(sealMore(own, current, known(), writing.said(), people.leaveOut, random));
}

async function deliver(mayReseal = true): Promise<void> {
  setState('sending');
  show(writing.retry, false);
  writing.status.say('posting');
  const answer = await outbox.deliver(() => writing.status.say('retrying'));
  if (answer.kind === 'stored') return showStored();
  if (answer.kind === 'refused') {
    outbox.release();
    if (answer.type === 'roster-stale') return readersChanged(mayReseal);
    return endAttempt('failed', message('refused', { type: answer.type }));
  }
  setState('failed');
  writing.status.fail(message(answer.kind), true);
  show(writing.retry, true);
}

/** The site knows a newer roster. Seal again only for readers whom the person has seen. */
async function readersChanged(mayReseal: boolean): Promise<void> {
  const seen = setting === null ? '' : readersKey(setting);
  const found = await prepare();
  if (typeof found === 'string') return endAttempt('failed', message(found));
  setting = found;
  people.show(setting, known().excluded, thread.course);
  if (mayReseal && keys !== null && readersKey(setting) === seen) {
    seal(keys, setting);
    return deliver(false);
  }
  askAgain();
}

function askAgain(): void {
  endAttempt('found', message('readers-changed'));
  byId('readers').scrollIntoView({ block: 'center' });
}

function endAttempt(state: 'found' | 'failed', text: string): void {
  freeze(false);
  setState(state);
  writing.status.fail(text, true);
}

function showStored(): void {
  const echoed = outbox.sealed?.echoed ?? [];
  outbox.release();
  writing.clear();
  if (setting !== null) {
    thread = joined(thread, echoed, today(), everybodyIn(setting));
    showFound(setting);
  }
  freeze(false);
  setState('found');
  writing.goOn();
}

function close(): void {
  document.documentElement.dataset.leaving = '';
  keys?.signSeed.fill(0);
  document.body.replaceChildren();
  location.replace(`/${document.documentElement.lang}/`);
}

receipt.addEventListener('input', () => {
  setFieldError(receipt, 'receipt-error');
  const count = wordsIn(receipt.value).length;
  byId('receipt-count').textContent = count === 0 ? '' : message('receipt-count', { count });
});
receipt.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || showButton.disabled) return;
  event.preventDefault();
  void look();
});
showButton.addEventListener('click', () => void look());
for (const one of [more, view]) {
  one.send.addEventListener('click', () => void submit(one));
  one.retry.addEventListener('click', () => void deliver());
}
addEventListener('online', () => {
  if (outbox.sealed !== null && !outbox.isUnderWay) void deliver();
});
byId('close').addEventListener('click', close);
askBeforeLeaving(() => !more.isEmpty || !view.isEmpty || outbox.sealed !== null);
showMeanings();
void start();
