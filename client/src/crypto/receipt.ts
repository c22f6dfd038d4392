/** Nine words, and everything that grows from them (docs/protocol.md §2). The word list is handed in, never imported. */
import { ByteReader, concat } from './encoding.ts';
import { Refused } from './errors.ts';
import { derive, LABELS, NOTHING } from './hashing.ts';
import * as kem from './kem.ts';
import * as signing from './signing.ts';
import type { Random } from './slots.ts';

export const ENTROPY_SIZE = 12;
export const WORDS = 9;
export const WORD_COUNT = 4096;
export const THREAD_BLOCK_SIZE = 1280;

const WORD_BITS = 12;
const SECRET_SIZE = 32;
const NOT_LETTERS = /[^a-zåäö]+/;

/** What those who may read a thread know of it. */
export interface Thread {
  /** 32 bytes; commits to both public keys. */
  readonly id: Uint8Array;
  /** Thread secret, 32 bytes. */
  readonly secret: Uint8Array;
  /** Ed25519, 32 bytes. */
  readonly signPublicKey: Uint8Array;
  /** X-Wing, 1216 bytes. */
  readonly kemPublicKey: Uint8Array;
}

/** Everything a receipt opens. Lives in the reporter's browser only. */
export interface ReporterKeys {
  readonly thread: Thread;
  readonly kem: kem.KeyPair;
  /** Ed25519 seed, 32 bytes. */
  readonly signSeed: Uint8Array;
}

/** Lower case, without the ring and dots that a foreign keyboard lacks. */
export function fold(word: string): string {
  return word.toLowerCase().replace(/[åä]/g, 'a').replace(/ö/g, 'o');
}

/** The random bytes (12) of a new receipt. */
export function newEntropy(random: Random): Uint8Array {
  return random(ENTROPY_SIZE);
}

/** The nine words of 12 bytes; `words` is the list in order. */
export function toWords(entropy: Uint8Array, words: readonly string[]): string[] {
  const numbers = splitBits(concat(entropy, derive(LABELS.receiptCheck, NOTHING, entropy, 2)));
  return numbers.slice(0, WORDS).map((number) => words[number]!);
}

/**
 * The 12 bytes behind typed words, in any case, with or without å ä ö, however separated. Throws `receipt-word` with the
 * `position` of the first word that is not on the list, `receipt-length` and `receipt-checksum`, looked at in this order.
 */
export function fromWords(text: string, words: readonly string[]): Uint8Array {
  const places = new Map(words.map((word, place) => [fold(word), place]));
  const typed = text
    .normalize('NFC')
    .toLowerCase()
    .split(NOT_LETTERS)
    .filter((word) => word !== '');
  const numbers = typed.map((word, at) => {
    const place = places.get(fold(word));
    if (place === undefined) throw new Refused('receipt-word', `word ${at + 1} is not on the list`, at + 1);
    return place;
  });
  if (numbers.length !== WORDS) throw new Refused('receipt-length', `${numbers.length} words`);
  const entropy = joinBits(numbers.slice(0, WORDS - 1));
  const [check] = splitBits(derive(LABELS.receiptCheck, NOTHING, entropy, 2));
  if (check !== numbers[WORDS - 1]) throw new Refused('receipt-checksum', 'one of the words is wrong');
  return entropy;
}

/** The keys of a receipt's 12 bytes in a deployment (id of 16 bytes). */
export function reporterKeys(entropy: Uint8Array, deployment: Uint8Array): ReporterKeys {
  const root = derive(LABELS.receiptRoot, entropy, deployment, SECRET_SIZE);
  const pair = kem.keyPair(derive(LABELS.receiptKem, root, NOTHING, SECRET_SIZE));
  const signSeed = derive(LABELS.receiptSign, root, NOTHING, SECRET_SIZE);
  const secret = derive(LABELS.receiptThread, root, NOTHING, SECRET_SIZE);
  return { thread: threadOf(secret, signing.publicKey(signSeed), pair.publicKey), kem: pair, signSeed };
}

/** A thread by its secret (32) and public keys (32 and 1216): the id is computed, never believed. */
export function threadOf(secret: Uint8Array, signPublicKey: Uint8Array, kemPublicKey: Uint8Array): Thread {
  const id = derive(LABELS.threadId, secret, concat(signPublicKey, kemPublicKey), SECRET_SIZE);
  return { id, secret, signPublicKey, kemPublicKey };
}

/** The thread block: 1280 bytes that tell those who may read what they need. */
export function threadBlock(thread: Thread): Uint8Array {
  return concat(thread.secret, thread.signPublicKey, thread.kemPublicKey);
}

/** The thread of a block. Throws `body` when there are not 1280 bytes. */
export function readThreadBlock(block: Uint8Array): Thread {
  const reader = new ByteReader(block);
  const thread = threadOf(reader.take(SECRET_SIZE), reader.take(signing.PUBLIC_KEY_SIZE), reader.take(kem.PUBLIC_KEY_SIZE));
  reader.onlyZerosLeft();
  return thread;
}

/** The first board key, 32 bytes; a narrowing replaces it. */
export function boardKey(thread: Thread): Uint8Array {
  return derive(LABELS.boardKey, thread.secret, NOTHING, SECRET_SIZE);
}

/** 32 bytes with which a witness sees that the thread is answered, and nothing else. */
export function watchToken(thread: Thread): Uint8Array {
  return derive(LABELS.watch, thread.secret, NOTHING, SECRET_SIZE);
}

/** Which of `shards` (a power of two, 1…65 536) holds the thread's cells: log2(shards) bits and no more. */
export function shardOf(thread: Thread, shards: number): number {
  const [high, low] = derive(LABELS.shard, thread.secret, NOTHING, 2);
  return Math.floor(((high! * 256 + low!) * shards) / 65_536);
}

/** 12-bit numbers, most significant first; bits left over are dropped. */
function splitBits(bytes: Uint8Array): number[] {
  const numbers: number[] = [];
  for (let bit = 0; bit + WORD_BITS <= bytes.length * 8; bit += WORD_BITS) {
    const at = bit >> 3;
    const pair = (bytes[at]! << 8) | bytes[at + 1]!;
    numbers.push(bit % 8 === 0 ? pair >> 4 : pair & 0xfff);
  }
  return numbers;
}

/** An even count of 12-bit numbers as bytes. */
function joinBits(numbers: readonly number[]): Uint8Array {
  const bytes = new Uint8Array((numbers.length * WORD_BITS) / 8);
  for (let at = 0; at < numbers.length; at += 2) {
    const pair = numbers[at]! * 4096 + numbers[at + 1]!;
    bytes.set([pair >> 16, (pair >> 8) & 0xff, pair & 0xff], (at * WORD_BITS) / 8);
  }
  return bytes;
}
