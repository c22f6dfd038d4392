const KEY = seeded('crafted content key')(32);
const SHARE = seeded('crafted share')(33);

function crafted(changes: Partial<CraftedLetter> = {}): Uint8Array {
  const mine = { publicKey: anna.keys.kem.publicKey, payload: payload(1, KEY, SHARE) };
  const plaintext = threadContent(reporter.thread, [message()]);
  return craftLetter({ slots: 4, contentKey: KEY, recipients: [mine, mine], plaintext, ...changes }, seeded('crafted letter'));
}

/** Letters as no honest sender makes them, as patches over one base. */
export function addCrafted(cases: Cases): void {
  const base = crafted();
  const input = { operation: 'open', bytes: hex(base), deployment: hex(deployment) };
  addOpening(cases, SLOT_BASE, 'Base of the crafted letters: four slots, the first two of one reader.', base, anna, input);
  const refuses = (name: string, reason: Case['expect'], comment: string, changes: Partial<CraftedLetter>): void =>
    cases.refuses(name, reason as never, comment, { base: SLOT_BASE, patch: difference(base, crafted(changes)) });
  const opens = (name: string, comment: string, changes: Partial<CraftedLetter>): void => {
    const bytes = crafted(changes);
    addOpening(cases, name, comment, bytes, anna, { base: SLOT_BASE, patch: difference(base, bytes) });
  };
  const other = seeded('another content key')(32);
  const publicKey = anna.keys.kem.publicKey;
  const slot = (bytes: Uint8Array) => ({ publicKey, payload: bytes });
  const good = slot(payload(1, KEY, SHARE));
  refuses(
    'commitment-of-another-key',
    'commitment',
    'The slot opens and its key opens the body, but the commitment is of another key.',
    { committedKey: other },
  );
  refuses('key-not-committed', 'commitment', 'Both slots hold another key than the one committed to.', {
    recipients: [slot(payload(1, other, SHARE)), slot(payload(1, other, SHARE))],
  });
  opens('second-slot-holds', 'The first slot opens without holding the commitment; the second counts.', {
    recipients: [slot(payload(1, other, SHARE)), good],
  });
  opens('unknown-type-then-good', 'A slot of unknown type is passed over.', { recipients: [slot(payload(4, KEY, SHARE)), good] });
  opens('filling-then-good', 'A slot with non-zero filling is passed over.', {
    recipients: [
      slot(
        payload(
          1,
          KEY,
          SHARE,
          Uint8Array.from({ length: 14 }, (_, at) => (at === 13 ? 1 : 0)),
        ),
      ),
      good,
    ],
  });
  for (const type of [0, 4, 255])
    refuses(`slot-type-${type}`, 'not-for-me', 'A type that suite 1 does not have.', {
      recipients: [slot(payload(type, KEY, SHARE)), slot(payload(type, KEY, SHARE))],
    });
  for (const at of [0, 13]) {
    const filling = Uint8Array.from({ length: 14 }, (_, index) => (index === at ? 128 : 0));
    refuses(`slot-filling-${at}`, 'not-for-me', 'Filling of the payload is not zero.', {
      recipients: [slot(payload(1, KEY, SHARE, filling)), slot(payload(1, KEY, SHARE, filling))],
    });
  }
  refuses('body-under-another-key', 'body', 'Slot and commitment hold, the body is sealed under another key.', {
    sealingKey: other,
  });
  addContents(refuses, opens);
}

function addContents(
  refuses: (name: string, reason: Case['expect'], comment: string, changes: Partial<CraftedLetter>) => void,
  opens: (name: string, comment: string, changes: Partial<CraftedLetter>) => void,
): void {
  const good = threadContent(reporter.thread, [message()]);
  const block = threadBlock(reporter.thread);
  const size = 32_768 - 64 - 1216 * 4 - 16;
  const withLast = new Uint8Array(size);
  withLast.set(good);
  withLast[size - 1] = 1;
  const content = (...parts: Uint8Array[]): Uint8Array => typedContent(1, concat(...parts));
  const foreign = sign(reporterDraft({ thread: stranger.thread.id }), stranger.signSeed);
  const replayed = sign(reporterDraft({ deployment: otherDeployment }), reporter.signSeed);
  const { wire } = message();
  opens('no-events', 'A letter that holds no event.', { plaintext: content(block, uint(0, 1)) });
  opens('two-events', 'A second event after the first.', { plaintext: content(block, uint(2, 1), wire, exclusionEvent.wire) });
  refuses('padding-first-byte', 'body', 'The first byte after the content is not zero.', {
    plaintext: concat(good, Uint8Array.of(1)),
  });
  refuses('padding-last-byte', 'body', 'The last byte of the padding is not zero.', { plaintext: withLast });
  for (const type of [0, 3, 255])
    refuses(`content-type-${type}`, 'body', 'A content type that suite 1 does not have.', {
      plaintext: typedContent(type, concat(block, uint(0, 1))),
    });
  refuses('content-longer-than-letter', 'body', 'n runs over the end.', {
    plaintext: concat(Uint8Array.of(1), uint(size - 2, 2), good.slice(3)),
  });
  refuses('content-shorter-than-block', 'body', 'Not even a thread block.', { plaintext: content(block.slice(0, 1279)) });
  refuses('content-without-count', 'body', 'A thread block and nothing more.', { plaintext: content(block) });
  refuses('fewer-events-than-counted', 'body', 'One event, two counted.', { plaintext: content(block, uint(2, 1), wire) });
  refuses('more-events-than-counted', 'body', 'Two events, one counted: bytes after the last event.', {
    plaintext: content(block, uint(1, 1), wire, wire),
  });
  refuses('event-cut', 'body', 'The last byte of the signature is missing.', {
    plaintext: content(block, uint(1, 1), wire.slice(0, -1)),
  });
  refuses('trailing-garbage', 'body', 'A byte between the event and the end of the content.', {
    plaintext: content(block, uint(1, 1), wire, uint(0, 1)),
  });
  refuses('event-of-another-thread', 'thread', 'The second event is signed in another thread.', {
    plaintext: content(block, uint(2, 1), wire, foreign.wire),
  });
  refuses('event-of-another-deployment', 'deployment', 'An event replayed from another deployment.', {
    plaintext: content(block, uint(1, 1), replayed.wire),
  });
  const otherBlock = concat(block.slice(0, 32), stranger.thread.signPublicKey, block.slice(64));
  refuses('block-with-another-key', 'thread', 'A block with somebody else’s signing key gives another thread id.', {
    plaintext: content(otherBlock, uint(1, 1), wire),
  });
  refuses('event-not-canonical', 'encoding', 'A space in the JSON of an event.', {
    plaintext: content(block, uint(1, 1), spaced(wire)),
  });
}

/** An event's wire form with a space after the first brace. */
function spaced(wire: Uint8Array): Uint8Array {
  const json = wire.slice(2, -64);
  const changed = concat(json.slice(0, 1), Uint8Array.of(0x20), json.slice(1));
  return concat(uint(changed.length, 2), changed, wire.slice(-64));
}

