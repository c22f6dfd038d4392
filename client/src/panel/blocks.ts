/** Puts a text block where the cursor stands, and never in the place of what is written. */

export function attachBlocks(): void {
  for (const row of document.querySelectorAll<HTMLElement>('[data-inserting]')) {
    const area = document.getElementById(row.dataset.inserting ?? '') as HTMLTextAreaElement;
    let place: number | null = null; // the end, until somebody has been in the text
    area.addEventListener('blur', () => (place = area.selectionEnd));
    for (const button of row.querySelectorAll('button')) {
      button.addEventListener('click', (event) => {
        event.preventDefault();
        const text = button.dataset.text ?? row.querySelector('select')?.selectedOptions[0]?.dataset.text;
        if (text !== undefined) insert(area, text, place ?? area.value.length);
      });
    }
  }
}

/** The cursor stands after the text then, ready to go on. */
function insert(area: HTMLTextAreaElement, text: string, at: number): void {
  const [before, after] = [area.value.slice(0, at), area.value.slice(at)];
  const gap = (beside: string, isClear: boolean): string => (beside.trim() === '' || isClear ? '' : '\n\n');
  const lead = gap(before, before.endsWith('\n\n'));
  area.focus();
  area.setRangeText(lead + text + gap(after, after.startsWith('\n\n')), at, at);
  const end = at + lead.length + text.length;
  area.setSelectionRange(end, end);
  area.dispatchEvent(new Event('input', { bubbles: true }));
}
