/** The questions about how it went: three with radio buttons, and a text. */
import { carried, roomLeft, type Said } from './compose.ts';
import { showRoom } from './counter.ts';
import { byId, message, setFieldError, show } from './dom.ts';
import { watchHints } from './hint-box.ts';
import { isRaising, type Moment, type View } from './own-view.ts';
import { chosen, inputsOf, release, roam } from './radios.ts';
import { StatusLine } from './ready.ts';
import type { Setting } from './verify.ts';
import type { Writing } from './writing.ts';

export class ViewForm implements Writing {
  readonly send = byId<HTMLButtonElement>('view-send');
  readonly retry = byId<HTMLButtonElement>('view-retry');
  readonly status = new StatusLine('view-status');
  readonly #form = byId('view-form');
  readonly #text = byId<HTMLTextAreaElement>('view');
  readonly #questions = [...this.#form.querySelectorAll<HTMLFieldSetElement>('[data-view]')];
  readonly #lookForHints = watchHints(this.#text);
  #moment: Moment = 'closing';
  #setting: Setting | null = null;

  constructor() {
    for (const inputs of this.#questions.map(inputsOf)) {
      for (const input of inputs) input.addEventListener('change', () => input.checked && release(inputs, input));
      roam(inputs);
    }
    this.#text.addEventListener('input', () => {
      setFieldError(this.#text, 'view-error');
      this.#showRoom();
    });
  }

  /** Asks, or does not while `moment` is null. What was chosen already stays. */
  show(moment: Moment | null, setting: Setting): void {
    this.#setting = setting;
    // What is chosen and not sent stays, also when words sent beside it have opened the case again.
    const isAsking = moment !== null || !this.isEmpty;
    show(this.#form, isAsking);
    show(this.send, isAsking);
    if (moment === null) return;
    this.#moment = moment;
    show(byId('view-asked'), true);
    byId('view-title').textContent = message(`view-title-${moment}`);
    byId('view-why').textContent = message(`view-why-${moment}`);
    this.send.disabled = false;
    this.#showRoom();
  }

  get isEmpty(): boolean {
    return carried(this.#text.value) === '' && this.#questions.every((one) => chosen(one).length === 0);
  }

  check(): boolean {
    const left = this.#left();
    setFieldError(this.#text, 'view-error', left < 0 ? message('too-long', { count: -left }) : '');
    if (this.isEmpty) this.status.fail(message('view-empty'), true);
    return left >= 0 && !this.isEmpty;
  }

  said(): Said[] {
    const view = this.#view();
    const sent = { moment: view.moment, raises: isRaising(view) };
    return [{ kind: 'view-sent', body: sent }, { kind: 'view', body: view }];
  }

  freeze(frozen: boolean): void {
    this.#text.readOnly = frozen;
    for (const question of this.#questions) question.disabled = frozen;
    show(this.send, !frozen && !this.#form.hidden);
  }

  clear(): void {
    this.#text.value = '';
    this.#lookForHints();
    for (const input of this.#questions.flatMap(inputsOf)) input.checked = false;
  }

  /** The questions have gone; where they stood is said that the answers are stored. */
  goOn(): void {
    byId('view-title').focus({ preventScroll: true });
    this.status.say('view-stored');
  }

  #view(): View {
    const given = this.#questions.map((one) => [one.dataset.view!, chosen(one)] as const);
    const answers = Object.fromEntries(given.filter(([, values]) => values.length > 0));
    return { answers, moment: this.#moment, text: carried(this.#text.value) };
  }

  #left(): number {
    const [sent, view] = this.said();
    return this.#setting === null ? 0 : roomLeft(this.#setting, view!.body, carried(this.#text.value), [sent!.body]);
  }

  #showRoom(): void {
    showRoom(byId('view-left'), this.#left());
  }
}
