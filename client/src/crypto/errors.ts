/** Names under which something is refused (docs/protocol.md §1 and, the last three, §13). The same in Python. */
export type Reason =
  | 'encoding'
  | 'length'
  | 'magic'
  | 'deployment'
  | 'receipt-word'
  | 'receipt-checksum'
  | 'receipt-length'
  | 'not-for-me'
  | 'commitment'
  | 'body'
  | 'signature'
  | 'schema'
  | 'thread'
  | 'audience'
  | 'author'
  | 'kind'
  | 'roster-chain'
  | 'roster-majority'
  | 'roster-stale'
  | 'content'
  | 'keyfile'
  | 'passphrase'
  | 'proof-of-work'
  | 'authorization'
  | 'clock';

/**
 * Thrown for everything that the protocol does not allow. `reason` is stable and decides what happens next; `message`
 * is for a developer and never quotes secret or typed text.
 */
export class Refused extends Error {
  readonly reason: Reason;
  /** Place of the offending word, from 1; only with `receipt-word`. */
  readonly position: number | undefined;

  constructor(reason: Reason, detail: string, position?: number) {
    super(`${reason}: ${detail}`);
    this.name = 'Refused';
    this.reason = reason;
    this.position = position;
  }
}
