/** Asks before unsent words or an uncopied receipt are lost. The quick exit never asks: it marks the page as leaving. */
import { byId, message, show } from './dom.ts';

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

/**
 * For browsers that do not ask (iOS), while the receipt is shown and not checked: no link leads away, and the first
 * "back" stays on the page and says why. Call what is returned once it is checked.
 */
export function guardReceipt(): () => void {
  const line = byId('back-status');
  const ways = document.querySelectorAll<HTMLElement>('.brand, nav');
  let isHeld = true;
  const stay = (): void => {
    isHeld = !isHeld; // back, and perhaps forward again
    line.textContent = isHeld ? '' : message('back-unchecked');
    line.scrollIntoView({ block: 'nearest' });
  };
  history.scrollRestoration = 'manual';
  history.pushState(null, '');
  addEventListener('popstate', stay);
  ways.forEach((way) => show(way, false));
  return () => {
    removeEventListener('popstate', stay);
    ways.forEach((way) => show(way, true));
    if (isHeld) history.back();
  };
}
