/** The optional questions: what is answered, what shows, and nothing recorded for "vet ej / vill ej svara". */
import { byId, message, show } from './dom.ts';
import { chosen, inputsOf, release, roam } from './radios.ts';

/** Rounded up: how long a question takes to read and answer. */
const SECONDS_EACH = 10;

export class Questionnaire {
  readonly #questions: HTMLDetailsElement[];
  readonly #changed: () => void;

  constructor(root: HTMLElement, changed: () => void) {
    this.#questions = [...root.querySelectorAll<HTMLDetailsElement>('[data-question]')];
    this.#changed = changed;
    for (const question of this.#questions) this.#listen(question);
    this.#update();
  }

  /** Question id → ids of the options chosen, in the order of the page. Hidden and unanswered questions are not there. */
  get answers(): Record<string, string[]> {
    return Object.fromEntries(this.#answered.map((question) => [question.dataset.question!, chosen(question)]));
  }

  /** The same in words: each question and what is answered, shortly. */
  get told(): string[] {
    return this.#answered.map((question) => question.querySelector('summary')!.textContent!.trim());
  }

  get #asked(): HTMLDetailsElement[] {
    return this.#questions.filter((question) => !question.hidden);
  }

  get #answered(): HTMLDetailsElement[] {
    return this.#asked.filter((question) => chosen(question).length > 0);
  }

  freeze(frozen: boolean): void {
    for (const question of this.#questions) question.querySelector('fieldset')!.disabled = frozen;
  }

  #listen(question: HTMLDetailsElement): void {
    const inputs = inputsOf(question);
    for (const input of inputs) {
      input.addEventListener('change', () => {
        if (input.checked) release(inputs, input);
        this.#update();
        this.#changed();
      });
    }
    if (inputs[0]?.type === 'radio') roam(inputs);
  }

  #update(): void {
    for (const question of this.#questions) {
      const { whenQuestion, whenAny } = question.dataset;
      if (whenQuestion !== undefined) {
        const given = this.answers[whenQuestion] ?? [];
        show(question, given.some((value) => (whenAny ?? '').split(' ').includes(value)));
      }
      const labels = inputsOf(question).filter((input) => input.checked).map((input) => input.parentElement!.textContent!.trim());
      const short = labels.map((label) => label.split(':', 1)[0]!);
      question.querySelector('[data-answer]')!.textContent = short.join(', ');
    }
    this.#showLeft();
  }

  /** How many questions are left, and about how long they take. */
  #showLeft(): void {
    const asked = this.#asked;
    const count = asked.filter((question) => inputsOf(question).every((input) => !input.checked)).length;
    const minutes = Math.ceil((count * SECONDS_EACH) / 60);
    byId('questions-left').textContent = count === 0 ? '' : message(count === asked.length ? 'questions-all' : 'questions-left', { count, minutes });
  }
}
