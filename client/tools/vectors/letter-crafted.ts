/** Letters as no honest sender makes them, as patches over one base. */
import { concat, uint } from '../../src/crypto/encoding.ts';
import type { Reason } from '../../src/crypto/errors.ts';
import { sign } from '../../src/crypto/event.ts';
import { threadContent, typedContent } from '../../src/crypto/letter.ts';
import { threadBlock } from '../../src/crypto/receipt.ts';
import { openLetter } from '../../test/reference/letter.ts';
import { difference, hex, seeded, type Cases, type Fields } from './case.ts';
import { craftLetter, payload, type CraftedLetter, type CraftedSlot } from './craft.ts';
import { anna, deployment, exclusionEvent, otherDeployment, reporter, reporterDraft, stranger } from './world.ts';

type Changes = Partial<CraftedLetter>;
type Opening = (bytes: Uint8Array) => Fields;

const KEY = seeded('crafted content key')(32);
const OTHER_KEY = seeded('another content key')(32);
const SHARE = seeded('crafted share')(33);
const BODY_SIZE = 32_768 - 64 - 1216 * 4 - 16;

/** Adds crafted cases over a base called `crafted`; `opened` gives the output of an opening. */
export class CraftedCases {
  private readonly message = sign(reporterDraft(), reporter.signSeed);
  private readonly base = this.craft({});

  constructor(
    private readonly cases: Cases,
    private readonly opened: Opening,
  ) {
    const input = { operation: 'open', bytes: hex(this.base), deployment: hex(deployment), kem_seed: hex(anna.keys.kemSeed) };
    cases.succeeds('crafted', 'Four slots, the first two of one reader.', input, opened(this.base));
  }

  addAll(): void {
    this.addKeys();
    this.addSlots();
    this.addPadding();
    this.addEvents();
  }

  private craft(changes: Changes): Uint8Array {
    const plaintext = threadContent(reporter.thread, [this.message]);
    const letter = { slots: 4, contentKey: KEY, recipients: [slot(KEY), slot(KEY)], plaintext, ...changes };
    return craftLetter(letter, seeded('crafted letter'));
  }

  private refuses(name: string, reason: Reason, comment: string, changes: Changes): void {
    this.cases.refuses(name, reason, comment, { base: 'crafted', patch: difference(this.base, this.craft(changes)) });
  }

  private opens(name: string, comment: string, changes: Changes): void {
    const bytes = this.craft(changes);
    this.cases.succeeds(name, comment, { base: 'crafted', patch: difference(this.base, bytes) }, this.opened(bytes));
  }

  private addKeys(): void {
    const strange = slot(OTHER_KEY);
    const comment = 'The slot opens and its key opens the body, but the commitment is of another key.';
    this.refuses('commitment-of-another-key', 'commitment', comment, { committedKey: OTHER_KEY });
    const both = 'Both slots hold another key than the one committed to.';
    this.refuses('key-not-committed', 'commitment', both, { recipients: [strange, strange] });
    const second = 'The first slot opens without holding the commitment; the second counts.';
    this.opens('second-slot-holds', second, { recipients: [strange, slot(KEY)] });
    const sealed = 'Slot and commitment hold, the body is sealed under another key.';
    this.refuses('body-under-another-key', 'body', sealed, { sealingKey: OTHER_KEY });
  }

  private addSlots(): void {
    const unknown = slot(KEY, 4);
    this.opens('unknown-type-then-good', 'A slot of unknown type is passed over.', { recipients: [unknown, slot(KEY)] });
    const filled = slot(KEY, 1, 13);
    this.opens('filling-then-good', 'A slot with non-zero filling is passed over.', { recipients: [filled, slot(KEY)] });
    for (const type of [0, 4, 255]) {
      const recipients = [slot(KEY, type), slot(KEY, type)];
      this.refuses(`slot-type-${type}`, 'not-for-me', 'A type that suite 1 does not have.', { recipients });
    }
    for (const at of [0, 13]) {
      const recipients = [slot(KEY, 1, at), slot(KEY, 1, at)];
      this.refuses(`slot-filling-${at}`, 'not-for-me', 'Filling of the payload is not zero.', { recipients });
    }
  }

  private addPadding(): void {
    const right = threadContent(reporter.thread, [this.message]);
    const block = threadBlock(reporter.thread);
    const withLast = new Uint8Array(BODY_SIZE);
    withLast.set(right);
    withLast[BODY_SIZE - 1] = 1;
    const refuses = (name: string, comment: string, plaintext: Uint8Array): void =>
      this.refuses(name, 'body', comment, { plaintext });
    refuses('padding-first-byte', 'The first byte after the content is not zero.', concat(right, uint(1, 1)));
    refuses('padding-last-byte', 'The last byte of the padding is not zero.', withLast);
    for (const type of [0, 5, 255]) {
      const comment = 'A content type that suite 1 does not have.';
      refuses(`content-type-${type}`, comment, typedContent(type, concat(block, uint(0, 1))));
    }
    const tooLong = concat(uint(1, 1), uint(BODY_SIZE - 2, 2), right.slice(3));
    refuses('content-longer-than-letter', 'n runs over the end.', tooLong);
    refuses('content-shorter-than-block', 'Not even a thread block.', content(block.slice(0, 1279)));
    refuses('content-without-count', 'A thread block and nothing more.', content(block));
  }

  private addEvents(): void {
    const block = threadBlock(reporter.thread);
    const { wire } = this.message;
    const foreign = sign(reporterDraft({ thread: stranger.thread.id }), stranger.signSeed).wire;
    const replayed = sign(reporterDraft({ deployment: otherDeployment }), reporter.signSeed).wire;
    const refuses = (name: string, reason: Reason, comment: string, count: number, ...events: Uint8Array[]): void =>
      this.refuses(name, reason, comment, { plaintext: content(block, uint(count, 1), ...events) });
    const opens = (name: string, comment: string, count: number, ...events: Uint8Array[]): void =>
      this.opens(name, comment, { plaintext: content(block, uint(count, 1), ...events) });
    opens('no-events', 'A letter that holds no event.', 0);
    opens('two-events', 'A second event after the first.', 2, wire, exclusionEvent.wire);
    refuses('fewer-events-than-counted', 'body', 'One event, two counted.', 2, wire);
    refuses('more-events-than-counted', 'body', 'Two events, one counted.', 1, wire, wire);
    refuses('event-cut', 'body', 'The last byte of the signature is missing.', 1, wire.slice(0, -1));
    refuses('trailing-garbage', 'body', 'A zero byte after the last event, within the content.', 1, wire, uint(0, 1));
    refuses('event-of-another-thread', 'thread', 'The second event is signed in another thread.', 2, wire, foreign);
    refuses('event-of-another-deployment', 'deployment', 'Replayed from another deployment.', 1, replayed);
    refuses('event-not-canonical', 'encoding', 'A space in the JSON of an event.', 1, spaced(wire));
    this.addMembers(foreign, replayed);
    const otherBlock = concat(block.slice(0, 32), stranger.thread.signPublicKey, block.slice(64));
    const comment = 'A block with somebody else’s signing key gives another thread id.';
    this.refuses('block-with-another-key', 'thread', comment, { plaintext: content(otherBlock, uint(1, 1), wire) });
  }

  /** Content type 3: events of any thread of the deployment, without a block. */
  private addMembers(foreign: Uint8Array, replayed: Uint8Array): void {
    const { wire } = this.message;
    const members = (...parts: Uint8Array[]): Changes => ({ plaintext: typedContent(3, concat(...parts)) });
    this.opens('members', 'Among members: two events of two threads, no block.', members(uint(2, 1), wire, foreign));
    this.refuses('members-trailing-garbage', 'body', 'A byte after the last event.', members(uint(1, 1), wire, uint(0, 1)));
    this.refuses('members-fewer-than-counted', 'body', 'One event, two counted.', members(uint(2, 1), wire));
    this.refuses('members-another-deployment', 'deployment', 'Replayed from another deployment.', members(uint(1, 1), replayed));
  }
}

/** How the reader of the crafted letters opens one. */
export function openCrafted(bytes: Uint8Array): ReturnType<typeof openLetter> {
  return openLetter(bytes, anna.keys.kem, deployment);
}

/** A slot of the reader, with the filling not zero at one place if given. */
function slot(key: Uint8Array, type = 1, filledAt?: number): CraftedSlot {
  const filling = Uint8Array.from({ length: 14 }, (_, at) => (at === filledAt ? 128 : 0));
  return { publicKey: anna.keys.kem.publicKey, payload: payload(type, key, SHARE, filling) };
}

function content(...parts: Uint8Array[]): Uint8Array {
  return typedContent(1, concat(...parts));
}

/** An event's wire form with a space after the first brace. */
function spaced(wire: Uint8Array): Uint8Array {
  const json = wire.slice(2, -64);
  const changed = concat(json.slice(0, 1), Uint8Array.of(0x20), json.slice(1));
  return concat(uint(changed.length, 2), changed, wire.slice(-64));
}
