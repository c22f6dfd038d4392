/** "Det här skickar du": what goes with the text and who can read it, just above the button. */
import { byId, fillWords, sayNumber, show } from './dom.ts';
import type { People } from './people.ts';
import type { Questionnaire } from './questionnaire.ts';

/** What there is none of is shown as 0, in every language. */
export function showSummary(text: string, questions: Questionnaire, people: People): void {
  fillWords('summary-words', [sayNumber(text.match(/\S+/g)?.length ?? 0)]);
  fillWords('summary-answers', orNone(questions.told));
  fillWords('summary-readers', orNone(people.named('investigator', false)));
  fillWords('summary-out', orNone([...people.named('investigator', true), ...people.named('witness', true)]));
}

function orNone(items: readonly string[]): readonly string[] {
  return items.length === 0 ? ['0'] : items;
}

/** The way from the summary to the hints that remain. */
export function leadToHints(field: HTMLElement): (found: boolean) => void {
  const line = byId('summary-hints');
  line.querySelector('a')!.addEventListener('click', (event) => {
    event.preventDefault(); // no trace in the address
    field.focus();
  });
  return (found) => show(line, found);
}
