/** Asks before unsent words or an uncopied receipt are lost. The quick exit never asks: it marks the page as leaving. */
import { message } from './dom.ts';

export function askBeforeLeaving(isUnfinished: () => boolean): void {
  addEventListener('beforeunload', (event) => {
    if (document.documentElement.dataset.leaving !== undefined || !isUnfinished()) return;
    event.preventDefault();
    event.returnValue = message('leave'); // older browsers; newer ones show a sentence of their own
  });
}
