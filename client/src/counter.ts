/** How much may still be written: quiet until it matters. */
import { message, sayNumber } from './dom.ts';

/** Shows what is left below the field; announced only when it is nearly used up. `left` may be negative. */
export function showRoom(line: HTMLElement, left: number): void {
  line.setAttribute('aria-live', left < 200 ? 'polite' : 'off');
  const count = sayNumber(Math.abs(left < 0 ? left : Math.floor(left / 10) * 10));
  line.textContent = message(left < 0 ? 'over' : 'left', { count });
  line.toggleAttribute('data-over', left < 0);
}
