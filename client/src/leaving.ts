/** Asks before unsent words or an uncopied receipt are lost. The quick exit never asks: it marks the page as leaving. */
import { message } from './dom.ts';

const CALL_MS = 2_000;

export function askBeforeLeaving(isUnfinished: () => boolean): void {
  let isCalling = false;
  addEventListener('click', (event) => {
    // Some browsers count a call as leaving. Nobody who taps 112 is asked anything.
    if (!(event.target instanceof Element) || event.target.closest('a[href^="tel:"]') === null) return;
    isCalling = true;
    setTimeout(() => (isCalling = false), CALL_MS);
  });
  addEventListener('beforeunload', (event) => {
    if (isCalling || document.documentElement.dataset.leaving !== undefined || !isUnfinished()) return;
    event.preventDefault();
    event.returnValue = message('leave'); // older browsers; newer ones show a sentence of their own
  });
}
