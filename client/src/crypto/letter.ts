/** Sealing a letter: 32 768 bytes, one form for everything (docs/protocol.md §4). Opening is not for a browser. */
import * as aead from './aead.ts';
import { concat, equal, pad, uint } from './encoding.ts';
import { Refused } from './errors.ts';
import type { Event } from './event.ts';
import { threadBlock, type Thread } from './receipt.ts';
import { letterBodySize, letterHeader } from './shape.ts';
import { contentKey, sealSlot, sealUnusedSlot, SHARE_SIZE, SLOT, type ContentKey, type Random, type SlotType } from './slots.ts';

export const THREAD_CONTENT = 1;
export const BALLOT_CONTENT = 2;
export const MEMBERS_CONTENT = 3;

/** Somebody who gets a slot. */
export interface Recipient {
  /** X-Wing public key, 1216 bytes. */
  readonly publicKey: Uint8Array;
  readonly type: SlotType;
  /** Share of an identity, 33 bytes; random when absent. */
  readonly share?: Uint8Array;
}

/** What the header of a letter says in clear. */
export interface Frame {
  readonly deployment: Uint8Array;
  readonly rosterVersion: number;
  /** As the roster version says, 4…16. */
  readonly slots: number;
}

export interface SealedLetter {
  /** 32 768 bytes. */
  readonly bytes: Uint8Array;
  readonly key: ContentKey;
}

/** Content of a letter of a thread. Throws `thread` for an event of another, `length` for more than 255 events. */
export function threadContent(thread: Thread, events: readonly Event[]): Uint8Array {
  if (events.some((event) => !equal(event.thread, thread.id))) throw new Refused('thread', 'event of another thread');
  if (events.length > 255) throw new Refused('length', 'more than 255 events');
  const content = concat(threadBlock(thread), uint(events.length, 1), ...events.map((event) => event.wire));
  return typedContent(THREAD_CONTENT, content);
}

/** `content type u8 ‖ u16 n ‖ n bytes`. Throws `length` for more than any letter holds. */
export function typedContent(type: number, content: Uint8Array): Uint8Array {
  if (content.length > 0xffff) throw new Refused('length', 'content of a letter');
  return concat(Uint8Array.of(type), uint(content.length, 2), content);
}

/**
 * Seals `content` (from `threadContent`) to `recipients`; `watchToken` goes to those who are witnesses. Slots stand in
 * random order and unused ones are real encapsulations, so nobody sees how many can open the letter. `throwaways` are
 * `throwawayKey`s made ahead, each for one letter only; what is missing is made here. Throws `length` when content or
 * recipients do not fit, and as `kem.encapsulate` for a recipient's key that is none.
 */
export function sealLetter(
  frame: Frame,
  recipients: readonly Recipient[],
  watchToken: Uint8Array,
  content: Uint8Array,
  random: Random,
  throwaways: readonly Uint8Array[] = [],
): SealedLetter {
  if (recipients.length > frame.slots) throw new Refused('length', 'more recipients than slots');
  const padded = pad(content, letterBodySize(frame.slots));
  const key = contentKey(random(32));
  const header = letterHeader({ ...frame, commitment: key.commitment });
  const sealed = recipients.map(({ publicKey, type, share }) => {
    const secret = type === SLOT.reader ? key.key : watchToken;
    return sealSlot(header, publicKey, { type, secret, share: share ?? random(SHARE_SIZE) }, random);
  });
  const unused = Array.from({ length: frame.slots - sealed.length }, (_, place) => sealUnusedSlot(header, random, throwaways[place]));
  const front = concat(header, ...shuffled([...sealed, ...unused], random));
  return { bytes: concat(front, aead.seal(key.bodyKey, front, padded)), key };
}

/** The items in an order of which each is equally likely. At most 256 items. */
function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = below(last + 1, random);
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}

/** An even choice among 0…limit−1; limit at most 256. */
function below(limit: number, random: Random): number {
  const usable = 256 - (256 % limit);
  for (;;) {
    const byte = random(1)[0]!;
    if (byte < usable) return byte % limit;
  }
}
