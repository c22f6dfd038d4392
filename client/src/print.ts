/** Printing the nine words with nothing that tells what they are: the style sheet hides the rest, this the title. */
import { byId } from './dom.ts';

/** An empty title would have the browser print the address instead. */
const NEUTRAL = '–';

/** From now on a print of the page, by the button or otherwise, has no title of ours. Call what is returned to end it. */
export function printWordsOnly(): () => void {
  const title = document.title;
  const hide = (): void => void (document.title = NEUTRAL);
  const restore = (): void => void (document.title = title);
  addEventListener('beforeprint', hide);
  addEventListener('afterprint', restore);
  byId('print').addEventListener('click', () => print());
  return () => {
    removeEventListener('beforeprint', hide);
    restore();
  };
}
