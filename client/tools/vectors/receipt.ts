import type { Reason } from '../../src/crypto/errors.ts';
import {
  boardKey,
  fold,
  fromWords,
  reporterKeys,
  shardOf,
  threadBlock,
  threadOf,
  toWords,
  watchToken,
} from '../../src/crypto/receipt.ts';
import { derive, LABELS } from '../../src/crypto/hashing.ts';
import { Cases, hex, seeded, type Case } from './case.ts';
import { deployment, entropy, otherDeployment } from './world.ts';

export function receiptCases(words: readonly string[]): Case[] {
  const cases = new Cases();
  addWriting(cases, words);
  addReading(cases, words);
  addTyping(cases, words);
  addKeys(cases);
  addShards(cases);
  return cases.list;
}

function addWriting(cases: Cases, words: readonly string[]): void {
  const entropies: [string, Uint8Array][] = [
    ['written', entropy],
    ['written-all-zero', new Uint8Array(12)],
    ['written-all-ones', new Uint8Array(12).fill(255)],
    ['written-counting', Uint8Array.from({ length: 12 }, (_, at) => at * 21)],
  ];
  for (const [name, bytes] of entropies) {
    const spoken = toWords(bytes, words);
    const numbers = spoken.map((word) => words.indexOf(word));
    cases.succeeds(name, 'Words and their numbers.', { operation: 'write', entropy: hex(bytes) }, { numbers, words: spoken });
  }
}

function addReading(cases: Cases, words: readonly string[]): void {
  const right = toWords(entropy, words);
  const reads = (name: string, comment: string, text: string): void =>
    cases.succeeds(name, comment, { operation: 'read', text }, { entropy: hex(fromWords(text, words)) });
  reads('read-as-written', 'With single spaces.', right.join(' '));
  reads('read-folded', 'Typed without å, ä and ö.', right.map(fold).join(' '));
  reads('read-upper-case', 'Typed in capitals.', right.join(' ').toUpperCase());
  reads('read-folded-upper-case', 'Typed in capitals without å, ä and ö.', right.map(fold).join(' ').toUpperCase());
  reads(
    'read-with-punctuation',
    'Commas, hyphens, line ends and a full stop.',
    ` ${right.slice(0, 4).join(', ')} -\r\n\t${right.slice(4).join('–')}. `,
  );
  const umlauts = withUmlauts(words);
  reads('read-with-umlauts', 'Words with å, ä and ö.', toWords(umlauts, words).join(' '));
  reads('read-umlauts-folded', 'The same without å, ä and ö.', toWords(umlauts, words).map(fold).join(' '));
  reads('read-umlauts-upper-case', 'The same in capitals.', toWords(umlauts, words).join(' ').toUpperCase());
  reads(
    'read-umlauts-decomposed',
    'The same as some keyboards compose it (NFD).',
    toWords(umlauts, words).join(' ').normalize('NFD'),
  );
}

function addTyping(cases: Cases, words: readonly string[]): void {
  const right = toWords(entropy, words);
  const swapped = [right[1]!, right[0]!, ...right.slice(2)];
  const next = (at: number): string => words[(words.indexOf(right[at]!) + 1) % 4096]!;
  const neighbour = words[words.indexOf(right[0]!) ^ 1]!;
  const unknown = replaced(right, 2, 'qqqqqq');
  const wrong: [string, Reason, string, readonly string[], number?][] = [
    ['unknown-word', 'receipt-word', 'The third word is not on the list.', unknown, 3],
    ['unknown-word-first', 'receipt-word', 'Of two the first is named.', replaced(unknown, 0, 'zzzzzz'), 1],
    ['unknown-word-among-eight', 'receipt-word', 'Counts before a missing word.', unknown.slice(0, 8), 3],
    ['no-words', 'receipt-length', 'Nothing typed.', []],
    ['only-punctuation', 'receipt-length', 'Nothing but separators.', ['.,', '-–', '\n']],
    ['eight-words', 'receipt-length', 'One word is missing.', right.slice(0, 8)],
    ['ten-words', 'receipt-length', 'One word too many.', [...right, right[0]!]],
    ['swapped-words', 'receipt-checksum', 'First and second word in the wrong order.', swapped],
    ['wrong-last-word', 'receipt-checksum', 'The word that carries the checksum.', replaced(right, 8, next(8))],
    ['wrong-word', 'receipt-checksum', 'Another word of the list.', replaced(right, 4, next(4))],
    ['one-bit-wrong', 'receipt-checksum', 'The last bit of the first word.', replaced(right, 0, neighbour)],
  ];
  for (const [name, reason, comment, typed, position] of wrong) {
    const output = position === undefined ? {} : { position };
    cases.refuses(name, reason, comment, { operation: 'read', text: typed.join(' ') }, output);
  }
}

function addKeys(cases: Cases): void {
  for (const [name, id] of [
    ['keys', deployment],
    ['keys-in-another-deployment', otherDeployment],
  ] as const) {
    const keys = reporterKeys(entropy, id);
    const root = derive(LABELS.receiptRoot, entropy, id, 32);
    const input = { operation: 'keys', entropy: hex(entropy), deployment: hex(id) };
    cases.succeeds(name, 'Everything that grows from a receipt.', input, {
      root: hex(root),
      kem_seed: hex(derive(LABELS.receiptKem, root, new Uint8Array(0), 32)),
      sign_seed: hex(keys.signSeed),
      sign_public_key: hex(keys.thread.signPublicKey),
      thread_secret: hex(keys.thread.secret),
      thread: hex(keys.thread.id),
      thread_block: hex(threadBlock(keys.thread)),
      board_key: hex(boardKey(keys.thread)),
      watch_token: hex(watchToken(keys.thread)),
    });
  }
}

function addShards(cases: Cases): void {
  for (const number of [1, 2, 3]) {
    const secret = seeded(`shard ${number}`)(32);
    const thread = threadOf(secret, new Uint8Array(32), new Uint8Array(1216));
    const counts = Array.from({ length: 16 }, (_, power) => 2 ** power);
    const output = { shards: counts.map((count) => shardOf(thread, count)) };
    cases.succeeds(
      `shards-${number}`,
      'The shard among 1, 2, 4 … 32 768: always the leading bits.',
      { operation: 'shards', thread_secret: hex(secret) },
      output,
    );
  }
}

/** Entropy whose words all but the last have å, ä or ö. */
function withUmlauts(words: readonly string[]): Uint8Array {
  const umlauts = words.flatMap((word, place) => (/[åäö]/.test(word) ? [place] : []));
  if (umlauts.length < 8) throw new Error('no words with å, ä or ö');
  const step = Math.floor(umlauts.length / 8);
  const bits = Array.from({ length: 8 }, (_, at) => umlauts[at * step]!.toString(2).padStart(12, '0')).join('');
  return Uint8Array.from(bits.match(/.{8}/g)!, (byte) => parseInt(byte, 2));
}

function replaced(words: readonly string[], at: number, word: string): string[] {
  return words.map((old, place) => (place === at ? word : old));
}
