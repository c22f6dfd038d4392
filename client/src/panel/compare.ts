/** A newer panel's file against the hash that the members signed. It is read here and goes nowhere. */
import { make } from '../dom.ts';

export function attachCompare(): void {
  const place = document.getElementById('compare');
  const input = place?.querySelector('input');
  if (!place || !input || !('subtle' in crypto)) return;
  place.hidden = false;
  input.addEventListener('change', () => void compare(input.files?.[0]));
}

async function compare(file: File | undefined): Promise<void> {
  if (file === undefined) return;
  say('counting', 'hint');
  let same = false;
  try {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
    const found = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    same = found === document.getElementById('wanted')?.textContent;
  } catch {
    // A file that cannot be read is not the right one.
  }
  say(same ? 'same' : 'other', same ? 'done' : 'field-error');
}

function say(key: string, kind: string): void {
  const words = document.querySelector<HTMLTemplateElement>('#verdicts')?.content.querySelector(`[data-message="${key}"]`);
  document.getElementById('verdict')?.replaceChildren(make('span', kind, words?.textContent ?? ''));
}
