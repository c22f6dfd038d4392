/** Small hands for the page: finding, filling, saying. Every sentence comes from the page's own templates. */

export type Values = Readonly<Record<string, string | number>>;

/** The element of this id. The shells and scripts are built together, so a missing one is a broken build. */
export function byId<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`no element ${id}`);
  return found as Kind;
}

/** In a page from right to left, marks that keep a value (a date, a Swedish word) from turning its sentence around. */
function isolated(value: string): string {
  return document.documentElement.dir === 'rtl' ? `\u2068${value}\u2069` : value;
}

/** The sentence `key` from the page's messages, with `{name}` replaced by values. */
export function message(key: string, values: Values = {}): string {
  const templates = byId<HTMLTemplateElement>('messages').content;
  const found = templates.querySelector(`[data-message="${key}"]`);
  if (found === null) throw new Error(`no message ${key}`);
  return (found.textContent ?? '').replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? isolated(String(values[name])) : whole));
}

/** Whether the page has a sentence of this name. */
export function hasMessage(key: string): boolean {
  return byId<HTMLTemplateElement>('messages').content.querySelector(`[data-message="${key}"]`) !== null;
}

/** A new element with a class and text. */
export function make(tag: string, className = '', text = ''): HTMLElement {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  element.textContent = text;
  return element;
}

/** A copy of the first element inside a `<template>`. */
export function copyOf(templateId: string): HTMLElement {
  const first = byId<HTMLTemplateElement>(templateId).content.firstElementChild;
  if (first === null) throw new Error(`empty template ${templateId}`);
  return first.cloneNode(true) as HTMLElement;
}

export function show(element: HTMLElement, visible: boolean): void {
  element.hidden = !visible;
}

export type State = 'editing' | 'sending' | 'sent' | 'failed' | 'found' | 'notfound';

/** What the page is doing, for people, style sheets and tests alike. */
export function setState(state: State): void {
  byId('content').dataset.state = state;
}

/** Which parts of the page show, with or without a style sheet, and where the reader goes on from there. */
export function setStep(step: string, focusId?: string): void {
  const content = byId('content');
  content.dataset.step = step;
  for (const part of content.querySelectorAll<HTMLElement>('[data-in]')) show(part, part.matches(`[data-in~="${step}"]`));
  if (focusId === undefined) return;
  window.scrollTo(0, 0);
  byId(focusId).focus({ preventScroll: true });
}

/** Fills a list, the nine words or another; none when `words` is empty. */
export function fillWords(listId: string, words: readonly string[]): void {
  byId(listId).replaceChildren(...words.map((word) => make('li', '', word)));
}

/** Marks a field as wrong, says why in the element that describes it and goes there; or as right again, with no text. */
export function setFieldError(field: HTMLElement, errorId: string, text = ''): void {
  if (text === '') field.removeAttribute('aria-invalid');
  else field.setAttribute('aria-invalid', 'true');
  byId(errorId).textContent = text;
  if (text !== '') field.focus();
}

/** "24 november 2026" in the page's language. `day` is YYYY-MM-DD. */
export function sayDay(day: string): string {
  const language = document.documentElement.lang;
  const locale = language === 'en' ? 'en-GB' : language;
  const style = { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(locale, style).format(new Date(`${day}T00:00:00Z`));
}

/** A whole number as the page's language writes it. */
export function sayNumber(value: number): string {
  return new Intl.NumberFormat(document.documentElement.lang).format(value);
}

/** Lets the browser draw what the page just said, before heavy work. */
export function painted(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 100); // a page in the background draws nothing
    requestAnimationFrame(() => requestAnimationFrame(() => (clearTimeout(timer), resolve())));
  });
}

export function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
