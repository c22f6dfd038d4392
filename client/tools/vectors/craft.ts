/** Letters and cells put together from chosen parts, also as no honest sender would: written from the text, not from src. */
import * as aead from '../../src/crypto/aead.ts';
import { concat, uint, utf8 } from '../../src/crypto/encoding.ts';
import { derive, LABELS, NOTHING, type Label } from '../../src/crypto/hashing.ts';
import { encapsulate, keyPair } from '../../src/crypto/kem.ts';
import type { Random } from '../../src/crypto/slots.ts';
import { deployment, reporter } from './world.ts';

export interface CraftedSlot {
  readonly publicKey: Uint8Array;
  /** 80 bytes. */
  readonly payload: Uint8Array;
}

export interface CraftedLetter {
  readonly slots?: number;
  readonly contentKey?: Uint8Array;
  /** Key that the commitment is of, when it is not the content key. */
  readonly committedKey?: Uint8Array;
  /** Key of the body, when it is not the content key. */
  readonly sealingKey?: Uint8Array;
  readonly recipients: readonly CraftedSlot[];
  /** Start of the padded plaintext; zeros follow. */
  readonly plaintext: Uint8Array;
}

const h = (label: Label, key: Uint8Array, data: Uint8Array): Uint8Array => derive(label, key, data, 32);

export function commitmentOf(key: Uint8Array): Uint8Array {
  return h(LABELS.commitment, NOTHING, h(LABELS.deletionToken, key, NOTHING));
}

/** A payload of 80 bytes. */
export function payload(type: number, secret: Uint8Array, share: Uint8Array, filling = new Uint8Array(14)): Uint8Array {
  return concat(Uint8Array.of(type), secret, share, filling);
}

function slot(header: Uint8Array, to: CraftedSlot, random: Random): Uint8Array {
  const { ciphertext, sharedSecret } = encapsulate(to.publicKey, random(64));
  const wrapKey = h(LABELS.wrap, sharedSecret, concat(header, to.publicKey, ciphertext));
  return concat(ciphertext, aead.seal(wrapKey, NOTHING, to.payload));
}

/** Recipients in the order given, then unused slots. The same `random` gives letters that differ only where the parts do. */
export function craftLetter(parts: CraftedLetter, random: Random): Uint8Array {
  const slots = parts.slots ?? 12;
  const key = parts.contentKey ?? random(32);
  const head = concat(utf8('RPL1'), deployment, uint(1, 4), uint(slots, 1), new Uint8Array(7));
  const header = concat(head, commitmentOf(parts.committedKey ?? key));
  const sealed = parts.recipients.map((to) => slot(header, to, random));
  while (sealed.length < slots) {
    sealed.push(slot(header, { publicKey: keyPair(random(32)).publicKey, payload: random(80) }, random));
  }
  const front = concat(header, ...sealed);
  const padded = new Uint8Array(32_768 - 64 - 1216 * slots - 16);
  padded.set(parts.plaintext);
  return concat(front, aead.seal(h(LABELS.body, parts.sealingKey ?? key, NOTHING), front, padded));
}

export interface CraftedCell {
  readonly contentKey: Uint8Array;
  readonly committedKey?: Uint8Array;
  readonly sealingKey?: Uint8Array;
  readonly payload: Uint8Array;
  readonly plaintext: Uint8Array;
}

/** A cell of the reporter at volume 2026, shard 0, with a random tag. */
export function craftCell(parts: CraftedCell, random: Random): Uint8Array {
  const key = parts.contentKey;
  const place = concat(deployment, uint(2026, 2), uint(0, 2), random(16), random(16), new Uint8Array(8));
  const header = concat(utf8('RPC1'), place, commitmentOf(parts.committedKey ?? key));
  const own = { publicKey: reporter.thread.kemPublicKey, payload: parts.payload };
  const front = concat(header, slot(header, own, random));
  const padded = new Uint8Array(2768);
  padded.set(parts.plaintext);
  return concat(front, aead.seal(h(LABELS.body, parts.sealingKey ?? key, NOTHING), front, padded));
}
