/** Cases, patches and the seeded randomness of the test vectors. tests/vectors/README.md says how to read them. */
import { blake2b } from '@noble/hashes/blake2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { concat, uint, utf8 } from '../../src/crypto/encoding.ts';
import type { Reason } from '../../src/crypto/errors.ts';
import type { Random } from '../../src/crypto/slots.ts';

export type Data = unknown;
export type Fields = Record<string, Data>;
export type Patch = { offset: number; xor: string } | { truncate: number } | { append: string };

export interface Case {
  readonly name: string;
  readonly comment: string;
  readonly published?: true;
  readonly expect: 'success' | Reason;
  readonly input: Fields;
  readonly output: Fields;
}

export interface Subject {
  readonly subject: string;
  readonly cases: readonly Case[];
}

/** BLAKE2b over seed and counter, 64 bytes at a time. */
export function seeded(seed: string): Random {
  let stock = new Uint8Array(0);
  let counter = 0;
  return (size) => {
    while (stock.length < size) {
      stock = Uint8Array.from(concat(stock, blake2b(concat(utf8(`rapp1 test vectors: ${seed}`), uint(counter++, 8)))));
    }
    const taken = stock.slice(0, size);
    stock = stock.slice(size);
    return taken;
  };
}

export const hex = bytesToHex;

export function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Collects the cases of one subject; names must differ. */
export class Cases {
  readonly list: Case[] = [];

  succeeds(name: string, comment: string, input: Fields, output: Fields = {}): void {
    this.add({ name, comment, expect: 'success', input, output });
  }

  published(name: string, comment: string, input: Fields, output: Fields): void {
    this.add({ name, comment, published: true, expect: 'success', input, output });
  }

  refuses(name: string, expect: Reason, comment: string, input: Fields, output: Fields = {}): void {
    this.add({ name, comment, expect, input, output });
  }

  private add(one: Case): void {
    if (!/^[a-z0-9-]+$/.test(one.name)) throw new Error(`not a slug: ${one.name}`);
    if (this.list.some(({ name }) => name === one.name)) throw new Error(`two cases are called ${one.name}`);
    this.list.push(one);
  }
}

/** The patch that makes `changed` out of `base`, which has the same length; runs closer than 8 bytes are one. */
export function difference(base: Uint8Array, changed: Uint8Array): Patch[] {
  if (base.length !== changed.length) throw new Error('lengths differ');
  const patches: Patch[] = [];
  for (let at = 0; at < base.length; at++) {
    if (base[at] === changed[at]) continue;
    let end = at + 1;
    for (let next = end; next < Math.min(end + 8, base.length); next++) {
      if (base[next] !== changed[next]) end = next + 1;
    }
    patches.push({ offset: at, xor: hex(base.slice(at, end).map((byte, index) => byte ^ changed[at + index]!)) });
    at = end;
  }
  return patches;
}

/** One bit changed in the byte at `offset`. */
export function flip(offset: number): Patch[] {
  return [{ offset, xor: '01' }];
}
