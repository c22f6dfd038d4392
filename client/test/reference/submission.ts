/** Reading what a browser posts (docs/protocol.md §13). */
import { ByteReader } from '../../src/crypto/encoding.ts';
import { CELL_SIZE, checkFrame, LETTER_SIZE } from '../../src/crypto/shape.ts';
import { MAGIC, SUBMISSION_SIZE } from '../../src/crypto/submission.ts';

export interface Submission {
  readonly nonce: number;
  readonly letter: Uint8Array;
  readonly cell: Uint8Array;
}

/** Throws `length` and `magic`. */
export function readSubmission(bytes: Uint8Array): Submission {
  checkFrame(bytes, SUBMISSION_SIZE, MAGIC);
  const reader = new ByteReader(bytes.subarray(MAGIC.length));
  return { nonce: reader.integer(8), letter: reader.take(LETTER_SIZE), cell: reader.take(CELL_SIZE) };
}
