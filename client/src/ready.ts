/** From an inert page to one that can be used: everything must be there and signed, or nothing can be sent. */
import { isCapable, today } from './device.ts';
import { byId, message, show } from './dom.ts';
import { Unreachable } from './site-client.ts';
import { loadSetting, Untrusted, type Setting } from './verify.ts';

/** The setting, or the key of the sentence that says why there is none. */
export async function prepare(): Promise<Setting | string> {
  if (document.documentElement.dataset.exit !== 'ready') return 'exit-missing';
  if (!isCapable()) return 'browser';
  try {
    const setting = await loadSetting(today());
    await loaded();
    return isStyled() ? setting : 'style-missing';
  } catch (error) {
    if (error instanceof Unreachable) return 'network';
    return error instanceof Untrusted ? error.key : 'browser';
  }
}

/** Resolves once the style sheet has come, or has failed to. */
function loaded(): Promise<void> {
  return new Promise((resolve) => {
    if (document.readyState === 'complete') resolve();
    else addEventListener('load', () => resolve(), { once: true });
  });
}

function isStyled(): boolean {
  return getComputedStyle(document.documentElement).getPropertyValue('--brand') !== '';
}

/** Takes away the notice that the page cannot be used yet. */
export function markReady(): void {
  show(byId('not-ready'), false);
}

/** A line that says what is happening, announced, and a box for what went wrong. */
export class StatusLine {
  readonly #line: HTMLElement;
  readonly #problem: HTMLElement;

  constructor(id: string) {
    this.#line = byId(id);
    this.#problem = byId(`${id}-problem`);
  }

  say(key: string): void {
    this.#problem.textContent = '';
    this.#line.textContent = key === '' ? '' : message(key);
  }

  /** `text` is a whole sentence. It takes the focus when the person has just acted. */
  fail(text: string, takeFocus = false): void {
    this.#line.textContent = '';
    this.#problem.textContent = text;
    if (takeFocus) this.#problem.focus();
  }
}
