/** The field for more words in a thread. */
import { carried, roomLeft, type Said } from './compose.ts';
import { showRoom } from './counter.ts';
import { byId, message, setFieldError, show } from './dom.ts';
import { watchHints } from './hint-box.ts';
import { StatusLine } from './ready.ts';
import type { Setting } from './verify.ts';
import type { Writing } from './writing.ts';

export class MoreForm implements Writing {
  readonly send = byId<HTMLButtonElement>('send');
  readonly retry = byId<HTMLButtonElement>('retry');
  readonly status = new StatusLine('send-status');
  readonly #more = byId<HTMLTextAreaElement>('more');
  readonly #lookForHints = watchHints(this.#more);
  #setting: Setting | null = null;

  constructor() {
    byId('ask-call').addEventListener('click', () => this.#askForCall());
    this.#more.addEventListener('input', () => {
      setFieldError(this.#more, 'more-error');
      this.#showRoom();
    });
  }

  show(setting: Setting): void {
    this.#setting = setting;
    this.send.disabled = false;
    this.#showRoom();
  }

  get isEmpty(): boolean {
    return carried(this.#more.value) === '';
  }

  check(): boolean {
    const left = this.#left();
    const wrong = this.isEmpty ? message('nothing-more') : left < 0 ? message('too-long', { count: -left }) : '';
    setFieldError(this.#more, 'more-error', wrong);
    return wrong === '';
  }

  said(): Said[] {
    return [{ kind: 'message', body: { parcels: [], text: carried(this.#more.value) } }];
  }

  freeze(frozen: boolean): void {
    this.#more.readOnly = frozen;
    show(this.send, !frozen);
  }

  clear(): void {
    this.#more.value = '';
    this.#lookForHints();
    this.#showRoom();
  }

  goOn(): void {
    // The button that was pressed had gone away, and the focus with it.
    if (document.activeElement === document.body) this.send.focus({ preventScroll: true });
    this.status.say('sent-more');
  }

  #left(): number {
    const text = carried(this.#more.value);
    return this.#setting === null ? 0 : roomLeft(this.#setting, { parcels: [], text }, text);
  }

  #showRoom(): void {
    showRoom(byId('more-left'), this.#left());
  }

  /** Begins a message, or goes on after what is written. Nothing is sent. */
  #askForCall(): void {
    const [text, more] = [message('call'), this.#more];
    if (more.readOnly) return;
    if (!more.value.includes(text)) more.value = more.value.trim() === '' ? text : `${more.value.trimEnd()}\n\n${text}`;
    more.dispatchEvent(new Event('input'));
    more.focus();
  }
}
