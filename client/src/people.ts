/** The list of those who will be able to read, and whom to leave out (docs/protocol.md §4, end). */
import { fingerprint, type Member, type Role } from './crypto/roster.ts';
import { listenersAmong, NO_COURSE, type Course } from './course.ts';
import { LEAST_INVESTIGATORS } from './compose.ts';
import { byId, copyOf, message, show } from './dom.ts';
import { current, type Setting } from './verify.ts';

export class People {
  readonly #boxes = new Map<string, { box: HTMLInputElement; role: Role; row: HTMLElement }>();
  #least = 0;
  #locked: ReadonlySet<string> = new Set();
  #course = NO_COURSE;

  /** `changed` is called when somebody is left out or let in. */
  constructor(private readonly changed: () => void = () => {}) {}

  /** Fills the lists. Choices already made are kept; those in `locked` are left out for good. `course` says who handles the case. */
  show(setting: Setting, locked: ReadonlySet<string> = new Set(), course: Course = NO_COURSE): void {
    const chosen = new Set([...this.leaveOut, ...locked]);
    this.#boxes.clear();
    this.#locked = locked;
    this.#course = course;
    this.#least = setting.deployment.parameters.minRecipients;
    for (const [role, list] of [['investigator', 'investigators'], ['witness', 'witnesses']] as const) {
      const rows = current(setting, role).map((member) => this.#row(setting, member, chosen.has(member.id)));
      byId(list).replaceChildren(...rows);
    }
    const rule = byId('readers-rule');
    rule.dataset.text ??= rule.textContent ?? '';
    rule.textContent = rule.dataset.text.replace('{least}', String(this.#least));
    this.#apply();
    show(byId('readers-wait'), false);
    show(byId('readers'), true);
  }

  /** Ids of those left out, ascending. */
  get leaveOut(): string[] {
    return [...this.#boxes].filter(([, { box }]) => box.checked).map(([id]) => id).sort();
  }

  /** Ids of the investigators who get what is written now. */
  get listeners(): string[] {
    const remaining = [...this.#boxes].filter(([, { box, role }]) => role === 'investigator' && !box.checked);
    return listenersAmong(this.#course, remaining.map(([id]) => id));
  }

  /** Names of this role, of those left out or of the others. */
  named(wanted: Role, isOut: boolean): string[] {
    const rows = [...this.#boxes.values()].filter(({ box, role }) => role === wanted && box.checked === isOut);
    return rows.map(({ row }) => row.querySelector('.person-name')!.textContent!);
  }

  /** While something is being sent, nobody is added or left out. */
  freeze(frozen: boolean): void {
    this.#apply();
    if (frozen) for (const { box } of this.#boxes.values()) box.disabled = true;
  }

  #row(setting: Setting, member: Member, isOut: boolean): HTMLElement {
    const row = copyOf('person');
    const part = (selector: string): HTMLElement => row.querySelector(selector) as HTMLElement;
    part('.person-name').textContent = member.name;
    part('.person-role').textContent = message(`role-${member.role}`);
    part('.fingerprint').textContent = fingerprint(member.sign, setting.keys.get(member.id)!);
    part('.leave-name').textContent = ` ${member.name}`;
    const box = part('input') as HTMLInputElement;
    box.checked = isOut;
    box.addEventListener('change', () => {
      this.#apply();
      this.changed();
    });
    this.#boxes.set(member.id, { box, role: member.role, row });
    return row;
  }

  /** Nobody more can be left out than the rules allow. */
  #apply(): void {
    const listeners = this.listeners;
    const remaining = [...this.#boxes.values()].filter(({ box }) => !box.checked);
    const investigators = remaining.filter(({ role }) => role === 'investigator').length;
    for (const [id, { box, role, row }] of this.#boxes) {
      const spare = remaining.length > this.#least && (role !== 'investigator' || investigators > LEAST_INVESTIGATORS);
      box.disabled = this.#locked.has(id) || (!box.checked && !spare);
      row.toggleAttribute('data-out', box.checked);
      show(row.querySelector('.person-rests')!, role === 'investigator' && !box.checked && !listeners.includes(id));
    }
  }
}
