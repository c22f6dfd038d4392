/** Shows a thread's story in the page. */
import { workingDaysSince } from './days.ts';
import { byId, hasMessage, make, message, sayDay, show } from './dom.ts';
import { isLate, type Due, type Line, type Story } from './story.ts';
import type { Setting } from './verify.ts';

type Progress = 'done' | 'waiting' | 'late';

export function showStory(story: Story, setting: Setting, unverified: number): void {
  const limits = byId('content').dataset;
  showState(story);
  const steps = [storedStep(story), openedStep(story), answerStep(story, setting.today), feedbackStep(story, setting.today)];
  byId('timeline').replaceChildren(...steps);
  byId('conversation').replaceChildren(...story.lines.map((line) => lineOf(line, setting)));
  show(byId('no-replies'), !story.lines.some((line) => line.kind === 'reply'));
  const waited = workingDaysSince(story.received, setting.today);
  show(byId('no-opened'), story.opened === null && waited >= Number(limits.openedDays));
  const note = byId('unverified');
  note.textContent = unverified === 1 ? message('unverified-one') : message('unverified-many', { count: unverified });
  show(note, unverified > 0);
}

function showState(story: Story): void {
  byId('state-name').textContent = message(`state-${story.state}`);
  const since = story.since === null ? '' : ` ${message('since', { day: sayDay(story.since) })}`;
  byId('state-meaning').textContent = message(`meaning-${story.state}`) + since;
  const outcome = `outcome-${story.outcome}`;
  byId('state-outcome').textContent = hasMessage(outcome) ? message(outcome) : story.outcome;
  byId('state-reason-text').textContent = story.reason;
  show(byId('state-outcome').parentElement!, story.outcome !== '');
  show(byId('state-reason-text'), story.reason !== '');
  show(byId('state-reason'), story.outcome !== '' || story.reason !== '');
}

/** Every state and what it means, in the words that the page has for them. */
export function showMeanings(): void {
  const states = byId<HTMLTemplateElement>('messages').content.querySelectorAll<HTMLElement>('[data-message^="state-"]');
  const parts = [...states].flatMap((state) => {
    const name = state.dataset.message!.slice('state-'.length);
    return [make('dt', '', message(`state-${name}`)), make('dd', '', message(`meaning-${name}`))];
  });
  byId('meanings').replaceChildren(...parts);
}

function storedStep(story: Story): HTMLElement {
  const key = story.stored === null ? 'step-stored-older' : 'step-stored-done';
  return step('step-stored', key, 'done', { day: sayDay(story.stored ?? story.received) });
}

function openedStep(story: Story): HTMLElement {
  if (story.opened === null) return step('step-opened', 'step-opened-wait', 'waiting');
  return step('step-opened', 'step-opened-done', 'done', { day: sayDay(story.opened.day) });
}

function answerStep(story: Story, today: string): HTMLElement {
  return dueStep('step-answer', story.firstAnswer, today);
}

function feedbackStep(story: Story, today: string): HTMLElement {
  if (story.feedback !== null) return dueStep('step-feedback', story.feedback, today);
  const months = byId('content').dataset.feedbackMonths ?? '';
  return step('step-feedback', 'step-feedback-later', 'waiting', { months });
}

function dueStep(name: string, due: Due, today: string): HTMLElement {
  if (due.done !== null) return step(name, `${name}-done`, 'done', { day: sayDay(due.done) });
  const late = isLate(due, today);
  return step(name, `${name}-${late ? 'late' : 'wait'}`, late ? 'late' : 'waiting', { day: sayDay(due.due) });
}

/** Colour and shape are for the eye only: the same is said in words. */
function step(name: string, text: string, progress: Progress, values: Record<string, string> = {}): HTMLElement {
  const item = make('li', `is-${progress}`);
  item.append(make('strong', '', message(name)), make('span', 'hidden-text', `${message(`step-${progress}`)}. `), make('span', '', message(text, values)));
  return item;
}

function lineOf(line: Line, setting: Setting): HTMLElement {
  const day = sayDay(line.day);
  if (line.kind === 'own') {
    if (line.isView && !line.isFirst) return make('li', 'own', message('own-view', { day }));
    return make('li', 'own', message(line.isFirst ? 'own-report' : 'own-more', { day }));
  }
  if (line.kind === 'status') return make('li', 'own', message('status-changed', { state: message(`state-${line.state}`), day }));
  const item = make('li', 'reply');
  const role = setting.chain.flatMap((version) => version.members.get(line.author)?.role ?? []).at(-1) ?? 'investigator';
  const text = make('p', 'reply-text', line.text);
  text.dir = 'auto';
  item.append(make('span', 'said', message('from-role', { role: message(`role-${role}`), day })), text);
  return item;
}
