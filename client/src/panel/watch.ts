/** Asks the panel every 15 seconds how things stand; shows news without taking the page from under anybody. */
import { byId, make, message } from '../dom.ts';
import { rooted, saveAll } from './drafts.ts';

const EVERY = 15_000;
const SOON = 60;
const TICK = 1000;

interface State {
  locked: boolean;
  left: number;
  alarms?: number;
  fetched?: string;
  new?: number;
  news?: string;
}

let active = false;
let lastSeen = Date.now();
let lastAnswered = Date.now();
let dismissed = 0;

export function watch(): void {
  for (const kind of ['keydown', 'pointerdown', 'pointermove', 'wheel', 'scroll']) {
    document.addEventListener(kind, noticed, { passive: true, capture: true });
  }
  window.setInterval(() => void ask(), EVERY);
  window.setInterval(wipeWhenLeft, TICK);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void ask();
  });
}

function noticed(): void {
  const wasAway = Date.now() - lastSeen > (idleSeconds() - SOON) * 1000;
  active = true;
  lastSeen = Date.now();
  if (wasAway) void ask();
}

async function ask(): Promise<void> {
  const was = active;
  active = false;
  try {
    const answer = await fetch(`${rooted('state')}?known=${document.body.dataset.known ?? '0'}`, {
      headers: was ? { 'X-Active': '1' } : {},
    });
    if (!answer.ok) throw new Error(String(answer.status));
    const state = (await answer.json()) as State;
    lastAnswered = Date.now();
    await show(state);
  } catch {
    active = active || was;
    say('gone');
  }
}

async function show(state: State): Promise<void> {
  if (state.locked) {
    await leave();
    return;
  }
  const fetched = document.querySelector('[data-fetched]');
  if (fetched && state.fetched) fetched.textContent = state.fetched;
  if (state.left < SOON) say('soon');
  else if ((state.alarms ?? 0) > Number(document.body.dataset.alarms)) offer(message('alarm'), -1);
  else if ((state.new ?? 0) > dismissed) offer(state.news ?? '', state.new ?? 0);
  else if (live().dataset.kind !== 'news') hush();
}

/** Locked: what was being typed is kept first, then nothing readable stays. */
async function leave(): Promise<void> {
  await saveAll();
  const here = location.pathname;
  wipe();
  location.replace(`${rooted('unlock')}?next=${encodeURIComponent(here)}`);
}

/** The panel does not answer and nobody is here: the text must go from the screen, and the panel lock, all the same. */
function wipeWhenLeft(): void {
  if (Date.now() - Math.max(lastSeen, lastAnswered) < (idleSeconds() + SOON) * 1000) return;
  lastSeen = Number.MAX_SAFE_INTEGER;
  const told = Promise.allSettled([saveAll(), lock()]);
  wipe(make('p', '', message('wiped')));
  void told.then(() => location.replace(rooted('unlock')));
}

/** Nothing readable stays; what is still under way keeps the sentences it may have to say. */
export function wipe(...said: Node[]): void {
  document.body.replaceChildren(...said, byId('live'), byId('messages'));
}

async function lock(): Promise<void> {
  const form = document.querySelector<HTMLFormElement>('.lock');
  const mark = form?.querySelector<HTMLInputElement>('[name="csrf_token"]')?.value ?? '';
  await fetch(rooted('lock'), { method: 'POST', body: new URLSearchParams({ csrf_token: mark }), redirect: 'manual' });
}

function idleSeconds(): number {
  return Number(document.body.dataset.idle) * 60;
}

function live(): HTMLElement {
  return document.getElementById('live') ?? document.body;
}

function say(key: string): void {
  if (live().dataset.kind === key) return;
  live().dataset.kind = key;
  live().replaceChildren(make('p', '', message(key)));
}

/** Something new, and a way to it; the page itself stays as it is. */
function offer(text: string, count: number): void {
  if (live().dataset.kind === 'news' && live().dataset.count === String(count)) return;
  live().dataset.kind = 'news';
  live().dataset.count = String(count);
  const line = make('p', '', `${text} `);
  const link = make('a', '', message('refresh')) as HTMLAnchorElement;
  link.href = location.pathname.replace(/\/(reply|note|status|close|handlers|coding)$/, '') + location.search;
  link.addEventListener('click', () => {
    dismissed = count;
    void saveAll();
  });
  line.append(link);
  live().replaceChildren(line);
}

function hush(): void {
  delete live().dataset.kind;
  live().replaceChildren();
}
