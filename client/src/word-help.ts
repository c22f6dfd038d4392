/** Help while the nine words are typed: what the word could become, and at once which one is not in the list. */
import { fold, WORDS } from './crypto/receipt.ts';
import { byId, make, message, show } from './dom.ts';
import { beginningAs, closeTo } from './suggest.ts';

const PAUSE_MS = 1_000;
/** With the marks that some keyboards send apart from their letters. */
const WORD = /[a-zåäö\u0300-\u036f]+/gi;

interface Typed {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

export class WordHelp {
  readonly #field: HTMLTextAreaElement;
  readonly #list: readonly string[];
  readonly #known: ReadonlySet<string>;
  /** What each group offers, and where in the field that would go. */
  readonly #shown = new Map<string, string>();
  #timer = 0;

  constructor(field: HTMLTextAreaElement, list: readonly string[]) {
    this.#field = field;
    this.#list = list;
    this.#known = new Set(list.map(fold));
    for (const kind of ['input', 'click', 'keyup']) field.addEventListener(kind, () => this.update());
  }

  /** Looks at the field anew; when that is empty, nothing of it is left here. */
  update(): void {
    const { selectionStart: caret, value } = this.#field;
    const all = [...value.matchAll(WORD)].map(({ 0: word, index }): Typed => ({ word: word.normalize('NFC'), start: index, end: index + word.length }));
    const current = all.find(({ start, end }) => start < caret && caret <= end);
    const isKnown = ({ word }: Typed): boolean => this.#known.has(fold(word));
    const wrong = all.findIndex((one) => one !== current && !isKnown(one));
    const unknown = all[wrong];
    const stand = all.length === WORDS && all.every(isKnown);
    this.#offer('word-beginnings', current, current === undefined || stand ? [] : beginningAs(current.word, this.#list));
    this.#offer('word-close', unknown, unknown === undefined ? [] : closeTo(unknown.word, this.#list));
    say('word-unknown', unknown === undefined ? '' : message('word-unknown', { number: wrong + 1, word: unknown.word }));
  }

  #offer(id: string, typed: Typed | undefined, words: readonly string[]): void {
    const group = byId(id);
    const buttons = group.querySelector('div')!;
    const shown = `${typed?.start} ${typed?.end} ${words.join(' ')}`;
    if (this.#shown.get(id) === shown) return;
    this.#shown.set(id, shown);
    show(group, words.length > 0);
    buttons.replaceChildren(...words.map((word) => this.#button(word, typed!)));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#announce(), PAUSE_MS);
  }

  #button(word: string, typed: Typed): HTMLElement {
    const button = make('button', 'button', word) as HTMLButtonElement;
    button.type = 'button';
    button.addEventListener('click', () => {
      this.#field.setRangeText(`${word} `, typed.start, typed.end + (this.#field.value[typed.end] === ' ' ? 1 : 0), 'end');
      this.#field.focus();
      this.#field.dispatchEvent(new Event('input'));
    });
    return button;
  }

  /** How many words there are to choose from, once typing has paused. */
  #announce(): void {
    const count = document.querySelectorAll('.word-help:not([hidden]) button').length;
    say('word-count', count === 0 ? '' : message('word-count', { count }));
  }
}

/** Only what is new is written, and so read aloud. */
function say(id: string, text: string): void {
  const line = byId(id);
  if (line.textContent !== text) line.textContent = text;
}
