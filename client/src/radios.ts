/** Answers to choose among: inputs without a `name`, so that nothing here can ever be sent as a form. */
const KEYS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

export function inputsOf(question: HTMLElement): HTMLInputElement[] {
  return [...question.querySelectorAll('input')];
}

/** The values chosen; an empty one is no answer. */
export function chosen(question: HTMLElement): string[] {
  return inputsOf(question).filter((input) => input.checked && input.value !== '').map((input) => input.value);
}

/** One answer of a radio group; "none of it" and real answers rule each other out among checkboxes. */
export function release(inputs: readonly HTMLInputElement[], kept: HTMLInputElement): void {
  for (const input of inputs) {
    const opposed = input.type === 'radio' || (input.value === '') !== (kept.value === '');
    if (input !== kept && opposed) input.checked = false;
  }
}

/** Radio buttons without a `name` form no group of their own: arrow keys and one tab stop are made here. */
export function roam(inputs: readonly HTMLInputElement[]): void {
  const settle = (): void => {
    const stop = inputs.find((input) => input.checked) ?? inputs[0];
    for (const input of inputs) input.tabIndex = input === stop ? 0 : -1;
  };
  for (const [at, input] of inputs.entries()) {
    input.setAttribute('aria-posinset', String(at + 1));
    input.setAttribute('aria-setsize', String(inputs.length));
    input.addEventListener('change', settle);
    input.addEventListener('keydown', (event) => {
      const step = KEYS[event.key];
      if (step === undefined) return;
      event.preventDefault();
      const next = inputs[(at + step + inputs.length) % inputs.length]!;
      next.focus();
      next.click();
    });
  }
  settle();
}
