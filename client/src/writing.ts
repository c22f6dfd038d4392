/** Something that the person can write to those who have the case, and where the page says how sending it goes. */
import type { Said } from './compose.ts';
import type { StatusLine } from './ready.ts';

export interface Writing {
  readonly send: HTMLButtonElement;
  readonly retry: HTMLButtonElement;
  readonly status: StatusLine;
  /** Whether it can be sent; else the page says why not. */
  check(): boolean;
  said(): Said[];
  /** While something is being sent, or may have been, nothing is changed. */
  freeze(frozen: boolean): void;
  /** After it is stored. */
  clear(): void;
  /** Says that it is stored, where the reader goes on from there. */
  goOn(): void;
  readonly isEmpty: boolean;
}
