/** What a browser posts: one letter and its intake cell (docs/protocol.md §13). */
import { concat, uint } from './encoding.ts';
import { Refused } from './errors.ts';
import { CELL_SIZE, LETTER_SIZE } from './shape.ts';

export const MAGIC = Uint8Array.of(0x52, 0x50, 0x53, 0x31); // "RPS1"
export const SUBMISSION_SIZE = MAGIC.length + 8 + LETTER_SIZE + CELL_SIZE; // 36 876

/** The 36 876 bytes of a submission. Throws `length` for a letter or cell of another size. */
export function submission(nonce: number, letter: Uint8Array, cell: Uint8Array): Uint8Array {
  if (letter.length !== LETTER_SIZE || cell.length !== CELL_SIZE) throw new Refused('length', 'letter or cell');
  return concat(MAGIC, uint(nonce, 8), letter, cell);
}
