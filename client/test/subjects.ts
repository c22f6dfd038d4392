/** What each subject's operations do, for test/vectors.test.ts: input fields in, output fields out, Refused thrown. */
import { hexToBytes } from '@noble/hashes/utils.js';
import { isTagOf, openCell, sealCell, watchedPurpose } from '../src/crypto/cell.ts';
import { checkBody } from '../src/crypto/bodies.ts';
import { checkSuccession, readDeployment, verifyDeployment } from '../src/crypto/deployment.ts';
import { documentValue, readDocument } from '../src/crypto/documents.ts';
import { b64, canonical, concat, parse, unb64, utf8, type JsonObject } from '../src/crypto/encoding.ts';
import { Refused } from '../src/crypto/errors.ts';
import * as event from '../src/crypto/event.ts';
import { derive, LABELS, NOTHING, type Label } from '../src/crypto/hashing.ts';
import * as kem from '../src/crypto/kem.ts';
import { BALLOT_CONTENT, sealLetter, threadContent, typedContent } from '../src/crypto/letter.ts';
import * as receipt from '../src/crypto/receipt.ts';
import * as roster from '../src/crypto/roster.ts';
import { day } from '../src/crypto/schema.ts';
import { objectId } from '../src/crypto/shape.ts';
import * as signing from '../src/crypto/signing.ts';
import type { SlotType } from '../src/crypto/slots.ts';
import * as work from '../src/crypto/work.ts';
import { hex, seeded, text, type Fields } from '../tools/vectors/case.ts';
import { cellFields } from '../tools/vectors/cell.ts';
import { openedFields } from '../tools/vectors/letter.ts';
import type { Input, Operations } from './input.ts';
import { readDeploymentFile } from './reference/deployment.ts';
import { openLetter } from './reference/letter.ts';
import { others } from './subjects-rest.ts';

const hashing: Operations = {
  derive: (input) => ({
    digest: hex(derive(input.text('label') as Label, input.bytes('key'), input.bytes('data'), input.number('size'))),
  }),
  'day-digest': (input) => {
    const ids = input.texts('ids').sort().map(hexToBytes);
    return { digest: hex(derive(LABELS.dayDigest, NOTHING, concat(...ids), 32)) };
  },
};

const encoding: Operations = {
  json: (input) => ({ again: hex(canonical(parse(input.bytes('bytes')))) }),
  write: (input) => ({ bytes: hex(canonical(input.value('value'))) }),
  b64: (input) => {
    const bytes = unb64(input.value('text'), input.has('size') ? input.number('size') : undefined);
    if (b64(bytes) !== input.text('text')) throw new Error('b64 writes something else');
    return { bytes: hex(bytes) };
  },
  day: (input) => {
    day(input.text('text'));
    return {};
  },
};

const signatures: Operations = {
  sign: (input) => ({
    public_key: hex(signing.publicKey(input.bytes('seed'))),
    signature: hex(signing.sign(input.text('label') as signing.SigningLabel, input.bytes('seed'), input.bytes('data'))),
  }),
  verify: (input) => {
    signing.verify(
      input.text('label') as signing.SigningLabel,
      input.bytes('public_key'),
      input.bytes('data'),
      input.bytes('bytes'),
    );
    return {};
  },
};

const kems: Operations = {
  encapsulate: (input) => {
    const own = kem.keyPair(input.bytes('seed'));
    if (hex(own.publicKey) !== input.text('public_key')) throw new Error('another public key');
    const { ciphertext, sharedSecret } = kem.encapsulate(own.publicKey, input.bytes('eseed'));
    if (hex(kem.decapsulate(own, ciphertext)) !== hex(sharedSecret)) throw new Error('does not open');
    return { ciphertext: hex(ciphertext), shared_secret: hex(sharedSecret) };
  },
  decapsulate: (input) => ({
    shared_secret: hex(kem.decapsulate(kem.keyPair(input.bytes('seed')), input.bytes('bytes'))),
  }),
  'encapsulate-to': (input) => {
    kem.encapsulate(input.bytes('bytes'), input.bytes('eseed'));
    return {};
  },
};

function receipts(words: readonly string[]): Operations {
  return {
    write: (input) => {
      const spoken = receipt.toWords(input.bytes('entropy'), words);
      return { numbers: spoken.map((word) => words.indexOf(word)), words: spoken };
    },
    read: (input) => ({ entropy: hex(receipt.fromWords(input.text('text'), words)) }),
    keys: (input) => receiptKeys(input.bytes('entropy'), input.bytes('deployment')),
    shards: (input) => {
      const thread = receipt.threadOf(input.bytes('thread_secret'), new Uint8Array(32), new Uint8Array(1216));
      return { shards: Array.from({ length: 16 }, (_, power) => receipt.shardOf(thread, 2 ** power)) };
    },
  };
}

function receiptKeys(entropy: Uint8Array, deployment: Uint8Array): Fields {
  const root = derive(LABELS.receiptRoot, entropy, deployment, 32);
  const { thread, signSeed, kem: pair } = receipt.reporterKeys(entropy, deployment);
  const kemSeed = derive(LABELS.receiptKem, root, NOTHING, 32);
  if (hex(kem.keyPair(kemSeed).publicKey) !== hex(pair.publicKey)) throw new Error('another KEM key');
  const block = receipt.threadBlock(thread);
  if (hex(receipt.readThreadBlock(block).id) !== hex(thread.id)) throw new Error('the block gives another thread');
  return {
    root: hex(root),
    kem_seed: hex(kemSeed),
    sign_seed: hex(signSeed),
    sign_public_key: hex(thread.signPublicKey),
    thread_secret: hex(thread.secret),
    thread: hex(thread.id),
    thread_block: hex(block),
    board_key: hex(receipt.boardKey(thread)),
    watch_token: hex(receipt.watchToken(thread)),
  };
}

const events: Operations = {
  accept: (input) => {
    const read = event.fromWire(input.bytes('bytes'));
    const keys = input.keys('keys');
    const place = { deployment: input.bytes('deployment'), thread: input.bytes('thread') };
    event.accept(read, place, input.text('reader'), (author) => {
      const key = keys.get(author);
      if (key === undefined) throw new Refused('author', 'unknown');
      return key;
    });
    const { author, audience, kind, seq } = read;
    const lists = { parents: read.parents.map(hex), body: text(canonical(read.body)) };
    return { id: hex(read.id), author, audience, kind, day: read.day, seq, ...lists };
  },
  sign: (input) => {
    const draft = {
      audience: input.texts('audience'),
      author: input.text('author'),
      body: input.value('body') as JsonObject,
      day: input.text('day'),
      deployment: input.bytes('deployment'),
      kind: input.text('kind'),
      parents: input.texts('parents').map(hexToBytes),
      seq: input.number('seq'),
      thread: input.bytes('thread'),
    };
    const signed = event.sign(draft, input.bytes('seed'));
    return { id: hex(signed.id), wire: hex(signed.wire) };
  },
  body: (input) => {
    const body = input.value('body') as JsonObject;
    checkBody({ author: input.text('author'), audience: input.texts('audience'), body, kind: input.text('kind') });
    return {};
  },
  'reporter-seq': (input) => ({ seq: event.reporterSeq([input.number('largest_known')], input.text('day')) }),
};

interface RecipientFields {
  readonly kem_seed: string;
  readonly type: SlotType;
  readonly share?: string;
}

const letters: Operations = {
  open: (input) => {
    const own = kem.keyPair(input.bytes('kem_seed'));
    return openedFields(input.bytes('bytes'), openLetter(input.bytes('bytes'), own, input.bytes('deployment')));
  },
  seal: (input) => {
    const frame = {
      deployment: input.bytes('deployment'),
      rosterVersion: input.number('roster_version'),
      slots: input.number('slots'),
    };
    const recipients = (input.value('recipients') as RecipientFields[]).map(({ kem_seed, type, share }) => {
      const to = { publicKey: kem.keyPair(hexToBytes(kem_seed)).publicKey, type };
      return share === undefined ? to : { ...to, share: hexToBytes(share) };
    });
    const content = input.has('ballot') ? typedContent(BALLOT_CONTENT, input.bytes('ballot')) : contentOf(input);
    const { bytes } = sealLetter(frame, recipients, input.bytes('watch_token'), content, seeded(input.text('random')));
    return { object_id: hex(objectId(bytes)) };
  },
};

function contentOf(input: Input): Uint8Array {
  const thread = receipt.readThreadBlock(input.bytes('thread_block'));
  return threadContent(
    thread,
    input.texts('events').map((wire) => event.fromWire(hexToBytes(wire))),
  );
}

const cells: Operations = {
  open: (input) => {
    const bytes = input.bytes('bytes');
    const place = { deployment: input.bytes('deployment'), thread: input.bytes('thread') };
    return cellFields(bytes, openCell(bytes, kem.keyPair(input.bytes('kem_seed')), place));
  },
  seal: (input) => {
    const random = seeded(input.text('random'));
    const place = { deployment: input.bytes('deployment'), volume: input.number('volume'), shard: input.number('shard') };
    const told = input.texts('events').map((wire) => event.fromWire(hexToBytes(wire)));
    const sealed = sealCell(place, input.bytes('board_key'), random(16), input.bytes('kem_public_key'), told, random);
    return { object_id: hex(objectId(sealed.bytes)) };
  },
  tag: (input) => ({ mine: isTagOf(input.bytes('board_key'), input.bytes('bytes')) }),
  watch: (input) => ({ purpose: watchedPurpose(input.bytes('watch_token'), input.bytes('bytes')) ?? 0 }),
};

function chainOf(input: Input): roster.Chain {
  const documents = input.texts('documents').map((one) => readDocument(parse(utf8(one))));
  return roster.verifyChain(documents, input.bytes('anchor'));
}

const rosters: Operations = {
  chain: (input) => ({
    versions: chainOf(input).map(({ document, version, active }) => ({ id: hex(document.id), version, active })),
  }),
  'in-force': (input) => ({ version: roster.inForce(chainOf(input), input.text('day')).version }),
  acceptable: (input) => {
    roster.acceptable(chainOf(input), input.number('version'), input.text('day'));
    return {};
  },
  author: (input) => ({ key: hex(roster.authorKey(chainOf(input), input.text('member'), input.text('day'))) }),
  file: (input) => {
    const file = roster.readRosterFile(parse(utf8(input.text('text'))));
    const current = roster.inForce(roster.verifyChain(file.documents, input.bytes('anchor')), input.text('day'));
    const hashes = [...roster.checkedKeys(current, file.keys)].map(([id, key]) => [id, hex(roster.kemHash(key))]);
    return { version: current.version, kem_hashes: Object.fromEntries(hashes) };
  },
  fingerprint: (input) => ({
    text: roster.fingerprint(input.bytes('sign'), input.bytes('kem')),
    kem_hash: hex(roster.kemHash(input.bytes('kem'))),
  }),
  'document-id': (input) => ({ id: hex(readDocument(parse(utf8(input.text('text')))).id) }),
};

const deployments: Operations = {
  file: (input) => {
    const value = parse(utf8(input.text('text')));
    const document = readDeploymentFile(value);
    verifyDeployment(documentValue(document), chainOf(input));
    return { content: hex(unb64(document.body.content, 32)), id: hex(document.id) };
  },
  verify: (input) => {
    const { document, version } = verifyDeployment(parse(utf8(input.text('text'))), chainOf(input));
    return { id: hex(document.id), version };
  },
  succession: (input) => {
    const newer = verifyDeployment(parse(utf8(input.text('text'))), chainOf(input));
    checkSuccession(readDeployment(readDocument(parse(utf8(input.text('older'))))), newer);
    return {};
  },
};

const works: Operations = {
  find: (input) => ({ nonce: work.find(input.bytes('letter'), input.bytes('cell'), input.number('bits')) }),
  check: (input) => {
    work.check(input.number('nonce'), input.bytes('letter'), input.bytes('cell'), input.number('bits'));
    return {};
  },
};

/** Subject → operation → what it does. */
export function subjects(words: readonly string[]): Record<string, Operations> {
  return {
    cell: cells,
    deployment: deployments,
    encoding,
    event: events,
    hashing,
    kem: kems,
    letter: letters,
    receipt: receipts(words),
    roster: rosters,
    signing: signatures,
    work: works,
    ...others,
  };
}
