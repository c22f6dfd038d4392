/** Live length below each text, and whether it goes out in several parts. */
import { message, sayNumber } from '../dom.ts';

const encoder = new TextEncoder();

export function attachAreas(): void {
  for (const area of document.querySelectorAll<HTMLTextAreaElement>('textarea[data-most]')) {
    const say = (): void => sayLength(area);
    area.addEventListener('input', say);
    say();
  }
}

function sayLength(area: HTMLTextAreaElement): void {
  const told = area.parentElement?.querySelector<HTMLElement>('[data-length]');
  if (!told) return;
  const text = area.value.trim();
  const size = encoder.encode(text).length;
  const most = Number(area.dataset.most);
  const part = Number(area.dataset.part ?? most);
  const over = size > most;
  told.classList.toggle('is-over', over);
  const length = [...text].length;
  const n = sayNumber(length);
  if (size === 0) told.textContent = '';
  else if (over) told.textContent = message('over', { n: sayNumber(length - [...headOf(text, most)].length) });
  else if (size > part) told.textContent = message('long', { n, parts: partsOf(area.value, part) });
  else told.textContent = message('length', { n });
}

/** How many messages a text becomes: the same cuts as split_text in cases/member.py. */
export function partsOf(text: string, most: number): number {
  let rest = text.trim();
  let parts = 0;
  while (encoder.encode(rest).length > most) {
    const head = headOf(rest, most);
    const tail = head.slice(Math.floor(most / 3));
    const mark = ['\n\n', '\n', '. ', ' '].find((one) => tail.includes(one));
    const at = mark === undefined ? head.length : head.lastIndexOf(mark) + mark.length;
    rest = rest.slice(at).trim();
    parts += 1;
  }
  return rest === '' ? parts : parts + 1;
}

/** The longest beginning of at most `most` bytes that ends between characters. */
function headOf(text: string, most: number): string {
  const bytes = encoder.encode(text).subarray(0, most);
  return new TextDecoder('utf-8').decode(bytes, { stream: true });
}
