/** Two words typed back from the slip of paper, so that the person knows it is right before the words are gone. */
import { fold } from './crypto/receipt.ts';
import { random } from './device.ts';
import { byId, message, setFieldError } from './dom.ts';

interface Asked {
  readonly place: number;
  readonly field: HTMLInputElement;
}

/** Asks for two of the words; `done` is called once both are right. */
export function askBack(words: readonly string[], done: () => void): void {
  const asked = twoPlaces(words.length).map((place, at): Asked => {
    const id = at === 0 ? 'back-first' : 'back-second';
    const label = byId(`${id}-label`);
    label.textContent = (label.dataset.text ?? '').replace('{number}', String(place + 1));
    return { place, field: byId<HTMLInputElement>(id) };
  });
  const check = (): void => {
    for (const { field } of asked) setFieldError(field, 'back-error');
    const wrong = asked.find(({ place, field }) => fold(field.value.trim()) !== fold(words[place]!));
    if (wrong === undefined) return done();
    const isEmpty = asked.some(({ field }) => field.value.trim() === '');
    const target = isEmpty ? asked.find(({ field }) => field.value.trim() === '')! : wrong;
    const text = isEmpty ? message('back-empty') : message('back-wrong', { number: wrong.place + 1 });
    setFieldError(target.field, 'back-error', text);
  };
  byId('done').addEventListener('click', check);
  for (const { field } of asked) field.addEventListener('keydown', (event) => event.key === 'Enter' && check());
}

/** Two different places, ascending, each pair about equally likely. */
function twoPlaces(count: number): number[] {
  const [first, second] = random(2);
  const one = first! % count;
  const other = (one + 1 + (second! % (count - 1))) % count;
  return [one, other].sort((left, right) => left - right);
}
