/** Copies a prepared text and says so. Without a script the text can be marked and copied by hand. */
import { show } from '../dom.ts';

export function attachCopying(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-copies]')) {
    const text = document.getElementById(button.dataset.copies ?? '');
    if (!(text instanceof HTMLTextAreaElement)) continue;
    show(button, true);
    button.addEventListener('click', () => void copy(text, button));
  }
}

async function copy(text: HTMLTextAreaElement, button: HTMLButtonElement): Promise<void> {
  const told = button.parentElement?.querySelector('[role="status"]');
  let said = button.dataset.copied ?? '';
  try {
    await navigator.clipboard.writeText(text.value);
  } catch {
    text.focus();
    text.select();
    said = button.dataset.marked ?? '';
  }
  if (told) told.textContent = said;
}
