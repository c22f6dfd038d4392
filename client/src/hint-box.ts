/** Shows below a field what could tell who wrote: after a pause, quietly, and gone when it is mended. Never stops anybody. */
import { byId, make, message } from './dom.ts';
import { hintsIn } from './hints.ts';

const PAUSE_MS = 1_000;

/**
 * Watches a field with a box of its own, `…-hints`. `changed` is told whether anything is shown.
 * Gives back what looks at once: after the field has been emptied, the box holds nothing of it.
 */
export function watchHints(field: HTMLTextAreaElement, changed: (found: boolean) => void = () => {}): () => void {
  const box = byId(`${field.id}-hints`);
  let timer = 0;
  const look = (): void => {
    clearTimeout(timer);
    const quotes = new Map<string, string[]>();
    for (const { kind, quoted } of hintsIn(field.value)) quotes.set(kind, [...(quotes.get(kind) ?? []), quoted]);
    showLines(box, [...quotes].map(([kind, found]) => message(`hint-${kind}`, { found: found.map((one) => `”${one}”`).join(', ') })));
    changed(quotes.size > 0);
  };
  field.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE_MS);
  });
  return look;
}

/** A line that stays is left alone, so that only what is new is read aloud. */
function showLines(box: HTMLElement, lines: readonly string[]): void {
  if (lines.length === 0) return box.replaceChildren();
  if (box.firstChild === null) box.append(make('strong', '', message('hint-title')), make('ul'), make('p', 'hint', message('hint-choice')));
  const list = box.querySelector('ul')!;
  const shown = [...list.children];
  for (const item of shown) if (!lines.includes(item.textContent!)) item.remove();
  for (const line of lines) if (!shown.some((item) => item.textContent === line)) list.append(make('li', '', line));
}
