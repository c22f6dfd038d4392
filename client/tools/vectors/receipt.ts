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
  const refuses = (
    name: string,
    reason: 'receipt-word' | 'receipt-length' | 'receipt-checksum',
    comment: string,
    text: string,
    output = {},
  ): void => cases.refuses(name, reason, comment, { operation: 'read', text }, output);
  refuses('unknown-word', 'receipt-word', 'The third word is not on the list.', replaced(right, 2, 'qqqqqq').join(' '), {
    position: 3,
  });
  refuses(
    'unknown-word-first',
    'receipt-word',
    'Of two unknown words the first is named.',
    replaced(replaced(right, 8, 'qqqqqq'), 0, 'zzzzzz').join(' '),
    { position: 1 },
  );
  refuses(
    'unknown-word-among-eight',
    'receipt-word',
    'An unknown word counts before a missing one.',
    replaced(right, 2, 'qqqqqq').slice(0, 8).join(' '),
    { position: 3 },
  );
  refuses('no-words', 'receipt-length', 'Nothing typed.', '');
  refuses('only-punctuation', 'receipt-length', 'Nothing but separators.', ' .,-–\n');
  refuses('eight-words', 'receipt-length', 'One word is missing.', right.slice(0, 8).join(' '));
  refuses('ten-words', 'receipt-length', 'One word too many.', [...right, right[0]].join(' '));
  refuses(
    'swapped-words',
    'receipt-checksum',
    'First and second word in the wrong order.',
    [right[1], right[0], ...right.slice(2)].join(' '),
  );
  refuses(
    'wrong-last-word',
    'receipt-checksum',
    'The word that carries the checksum is another.',
    replaced(right, 8, words[(words.indexOf(right[8]!) + 1) % 4096]!).join(' '),
  );
  refuses(
    'wrong-word',
    'receipt-checksum',
    'The fifth word is another one of the list.',
    replaced(right, 4, words[(words.indexOf(right[4]!) + 1) % 4096]!).join(' '),
  );
  refuses(
    'one-bit-wrong',
    'receipt-checksum',
    'The last bit of the first word.',
    replaced(right, 0, words[words.indexOf(right[0]!) ^ 1]!).join(' '),
  );
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
