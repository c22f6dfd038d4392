/** Derivation by personalised BLAKE2b, and the table of labels (docs/protocol.md §1). */
import { blake2b } from '@noble/hashes/blake2.js';

/** Every label serves one purpose only. */
export const LABELS = {
  receiptCheck: 'rapp1.rc-check',
  receiptRoot: 'rapp1.rc-root',
  receiptKem: 'rapp1.rc-kem',
  receiptSign: 'rapp1.rc-sign',
  receiptThread: 'rapp1.rc-thread',
  threadId: 'rapp1.thread-id',
  boardKey: 'rapp1.board-key',
  shard: 'rapp1.shard',
  watch: 'rapp1.watch',
  watchTag: 'rapp1.watch-tag',
  cellTag: 'rapp1.cell-tag',
  wrap: 'rapp1.wrap',
  body: 'rapp1.body',
  deletionToken: 'rapp1.del-token',
  commitment: 'rapp1.commit',
  objectId: 'rapp1.object-id',
  eventId: 'rapp1.event-id',
  proofOfWork: 'rapp1.pow',
  documentId: 'rapp1.doc-id',
  content: 'rapp1.content',
  kemHash: 'rapp1.kem-hash',
  fingerprint: 'rapp1.finger',
  memberKem: 'rapp1.mk-kem',
  memberSign: 'rapp1.mk-sign',
  memberCache: 'rapp1.mk-cache',
  draft: 'rapp1.draft',
  ballotPseudonym: 'rapp1.ballot-ps',
  dayDigest: 'rapp1.day-digest',
  signEvent: 'rapp1.sig-event',
  signRoster: 'rapp1.sig-roster',
  signDeployment: 'rapp1.sig-deploy',
  signBallot: 'rapp1.sig-ballot',
  signRequest: 'rapp1.sig-req',
  signEnrolment: 'rapp1.sig-enrol',
} as const;

export type Label = (typeof LABELS)[keyof typeof LABELS];

const LABEL_SIZE = 16;

/** The empty key or the empty data. */
export const NOTHING = new Uint8Array(0);

/** `label` in ASCII, filled with zero bytes to 16. */
export function padLabel(label: Label): Uint8Array {
  const padded = new Uint8Array(LABEL_SIZE);
  padded.set(new TextEncoder().encode(label));
  return padded;
}

/** H(label, key, data, size) of §1: `key` 0–64 bytes, `size` 1–64 bytes of output. */
export function derive(label: Label, key: Uint8Array, data: Uint8Array, size: number): Uint8Array {
  const personalization = padLabel(label);
  return blake2b(data, key.length === 0 ? { personalization, dkLen: size } : { personalization, dkLen: size, key });
}
