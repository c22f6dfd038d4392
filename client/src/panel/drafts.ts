/** What is being typed goes to the panel a moment after the last key, where it is sealed and kept. */
import { message } from '../dom.ts';

const PAUSE = 800;
const pending = new Map<HTMLFormElement, number>();
const dirty = new Set<HTMLFormElement>();

export function attachDrafts(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-place]')) {
    form.addEventListener('input', () => later(form));
    form.addEventListener('submit', (event) => submitted(form, event));
  }
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') void saveAll();
  });
}

/** An address of the panel, which lies under a path of its own. */
export function rooted(path: string): string {
  return (document.body.dataset.root ?? '/') + path;
}

/** Whether somebody is in the middle of writing something. */
export function isWriting(): boolean {
  return dirty.size > 0 || document.activeElement instanceof HTMLTextAreaElement;
}

/** Saves at once what has not been saved yet. */
export async function saveAll(): Promise<void> {
  await Promise.all([...dirty].map((form) => save(form)));
}

function later(form: HTMLFormElement): void {
  dirty.add(form);
  clearTimeout(pending.get(form));
  pending.set(form, window.setTimeout(() => void save(form), PAUSE));
}

function submitted(form: HTMLFormElement, event: SubmitEvent): void {
  if (form.dataset.sending !== undefined) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = '';
  window.setTimeout(() => delete form.dataset.sending, 4000);
  clearTimeout(pending.get(form));
  dirty.delete(form);
}

async function save(form: HTMLFormElement): Promise<void> {
  clearTimeout(pending.get(form));
  if (form.dataset.sending !== undefined) return;
  dirty.delete(form);
  const data = new FormData(form);
  data.set('place', form.dataset.place ?? '');
  try {
    const answer = await fetch(rooted('drafts'), { method: 'POST', body: new URLSearchParams(strings(data)), keepalive: true });
    if (!answer.ok) throw new Error(String(answer.status));
    say(form, isEmpty(data) ? '' : message('saved'));
  } catch {
    dirty.add(form);
    say(form, message('unsaved'));
  }
}

function say(form: HTMLFormElement, text: string): void {
  const told = form.querySelector('[data-kept]');
  if (told) told.textContent = text;
}

function isEmpty(data: FormData): boolean {
  return ['text', 'reason', 'plausible', 'title', 'first', 'last'].every((name) => String(data.get(name) ?? '').trim() === '');
}

function strings(data: FormData): [string, string][] {
  return [...data.entries()].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []));
}
