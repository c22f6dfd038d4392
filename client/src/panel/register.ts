/** The page on which a report is written down: follow-up questions, and care for the words while they are shown. */
import { show } from '../dom.ts';
import { printWordsOnly } from '../print.ts';

/** A question that only some answers to another bring up. The panel leaves away what does not count, script or not. */
export function attachConditions(): void {
  for (const asked of document.querySelectorAll<HTMLElement>('[data-when]')) {
    const form = asked.closest('form');
    const { when = '', whenAny = '' } = asked.dataset;
    const settle = (): void => {
      const given = form === null ? [] : new FormData(form).getAll(when).map(String);
      show(asked, given.some((value) => value !== '' && whenAny.split(' ').includes(value)));
    };
    form?.addEventListener('change', settle);
    settle();
  }
}

/** Asks before the words are lost. A page that was emptied because the panel locked has none. */
export function guardSlip(): void {
  const slip = document.querySelector<HTMLElement>('[data-slip]');
  if (slip === null) return;
  show(slip.querySelector<HTMLElement>('.printing')!, true);
  printWordsOnly();
  let isDone = false;
  slip.querySelector('form')?.addEventListener('submit', () => (isDone = true));
  addEventListener('beforeunload', (event) => {
    if (isDone || !slip.isConnected) return;
    event.preventDefault();
    event.returnValue = slip.dataset.leave ?? ''; // older browsers; newer ones show a sentence of their own
  });
}
