/** What the panel's pages do by themselves: keep drafts, notice news, lock. Without it every form still works. */
import { message } from '../dom.ts';
import { attachAreas } from './areas.ts';
import { attachBlocks } from './blocks.ts';
import { attachCompare } from './compare.ts';
import { attachDrafts, saveAll } from './drafts.ts';
import { attachCopying } from './copying.ts';
import { guardFiles } from './files.ts';
import { attachConditions, guardSlip } from './register.ts';
import { watch, wipe } from './watch.ts';

const body = document.body;
document.querySelector<HTMLElement>('[data-focus]')?.focus();
attachAreas();
attachCompare();
attachDrafts();
attachBlocks();
attachCopying();
attachConditions();
guardSlip();
guardFiles(message('large'));
if (body.dataset.unlocked !== undefined) watch();
// A link to a folded part of the page unfolds it.
const unfold = (): void => document.querySelector<HTMLDetailsElement>('details:target')?.setAttribute('open', '');
window.addEventListener('hashchange', unfold);
unfold();
// A page that the browser kept in memory may be from before the lock.
window.addEventListener('pagehide', (event) => {
  if (!event.persisted || body.dataset.unlocked === undefined) return;
  void saveAll();
  wipe();
});
window.addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});
document.addEventListener('keydown', (event) => {
  if (event.altKey && event.key.toLowerCase() === 'l') document.querySelector<HTMLElement>('.lock button')?.click();
});
