/** Copies a prepared text and says so. Without a script the text can be marked and copied by hand. */
import { show } from '../dom.ts';

export function attachCopying(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-copies]')) {
    const text = document.getElementById(button.dataset.copies ?? '');
    if (!(text instanceof HTMLTextAreaElement)) continue;
    show(button, true);
    button.addEventListener('click', () => copy(text, button));
  }
}

/** The newer interface is closed to every page of ours (Permissions-Policy); this one asks for a person's click. */
function copy(text: HTMLTextAreaElement, button: HTMLButtonElement): void {
  const told = button.parentElement?.querySelector('[role="status"]');
  text.select();
  const isCopied = document.execCommand('copy');
  if (isCopied) button.focus();
  else text.focus();
  if (told) told.textContent = (isCopied ? button.dataset.copied : button.dataset.marked) ?? '';
}
