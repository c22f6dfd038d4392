/** Canonical JSON, base64url and fixed-size binary fields (docs/protocol.md §1). One spelling for every value. */
import { Refused } from './errors.ts';

export type Json = string | number | boolean | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/** Containers inside containers, the outermost counted. */
const MAX_DEPTH = 16;
const KEY = /^[a-z0-9_][a-z0-9_-]{0,63}$/;
const B64 = /^[A-Za-z0-9_-]*$/;
const LONE_SURROGATE = /\p{Surrogate}/u;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** UTF-8 bytes of `text`. Throws `encoding` for a lone surrogate, which UTF-8 cannot carry. */
export function utf8(text: string): Uint8Array {
  if (LONE_SURROGATE.test(text)) throw new Refused('encoding', 'lone surrogate');
  return new TextEncoder().encode(text);
}

/** The one spelling of `value`, as UTF-8. Throws `encoding` for what canonical JSON cannot say. */
export function canonical(value: unknown): Uint8Array {
  return new TextEncoder().encode(spell(value, 0));
}

/** The value that `bytes` spell. Throws `encoding` unless they are exactly what `canonical` writes for it. */
export function parse(bytes: Uint8Array): Json {
  let value: Json;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)) as Json;
  } catch {
    throw new Refused('encoding', 'not JSON in UTF-8');
  }
  if (!equal(canonical(value), bytes)) throw new Refused('encoding', 'another spelling than the canonical one');
  return value;
}

function spell(value: unknown, depth: number): string {
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'string') {
    if (LONE_SURROGATE.test(value)) throw new Refused('encoding', 'lone surrogate');
    return JSON.stringify(value);
  }
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new Refused('encoding', 'not an integer of at most 53 bits');
    return String(value);
  }
  if (typeof value !== 'object' || value === null) throw new Refused('encoding', 'no such type');
  if (depth === MAX_DEPTH) throw new Refused('encoding', 'nested too deep');
  if (Array.isArray(value)) return `[${value.map((item) => spell(item, depth + 1)).join(',')}]`;
  const members = Object.keys(value).sort();
  return `{${members.map((key) => spellMember(key, value as JsonObject, depth)).join(',')}}`;
}

function spellMember(key: string, object: JsonObject, depth: number): string {
  if (!KEY.test(key)) throw new Refused('encoding', 'no such key');
  return `"${key}":${spell(object[key], depth + 1)}`;
}

/** base64url without padding. */
export function b64(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let pending = 0;
  for (const byte of bytes) {
    pending = ((pending << 8) | byte) & 0xffff;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      text += ALPHABET.charAt((pending >> bits) & 63);
    }
  }
  return bits > 0 ? text + ALPHABET.charAt((pending << (6 - bits)) & 63) : text;
}

/**
 * Bytes of a base64url text. Throws `encoding` for padding, other characters, non-zero trailing bits, another size than
 * `size` and what is no text at all.
 */
export function unb64(text: unknown, size?: number): Uint8Array {
  if (typeof text !== 'string' || !B64.test(text) || text.length % 4 === 1) throw new Refused('encoding', 'not base64url');
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let pending = 0;
  let at = 0;
  for (const character of text) {
    pending = ((pending << 6) | ALPHABET.indexOf(character)) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = (pending >> bits) & 0xff;
  }
  if ((pending & ((1 << bits) - 1)) !== 0) throw new Refused('encoding', 'non-zero trailing bits');
  if (size !== undefined && size !== bytes.length) throw new Refused('encoding', 'of another size');
  return bytes;
}

/** Whether two arrays hold the same bytes. The time taken depends on their lengths only. */
export function equal(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let at = 0; at < left.length; at++) difference |= left[at]! ^ right[at]!;
  return difference === 0;
}

/** Whether all bytes are zero. */
export function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

/** All parts in one new array. */
export function concat(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** `value` as an unsigned big-endian integer of `size` bytes (at most 8; value at most 2⁵³−1). */
export function uint(value: number, size: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0 || value >= 256 ** size) throw new RangeError('integer does not fit');
  const bytes = new Uint8Array(size);
  for (let at = size - 1, rest = value; at >= 0; at--, rest = Math.floor(rest / 256)) bytes[at] = rest % 256;
  return bytes;
}

/** `content` filled with zero bytes to `size`. Throws `length` when it does not fit. */
export function pad(content: Uint8Array, size: number): Uint8Array {
  if (content.length > size) throw new Refused('length', `${content.length - size} bytes too long`);
  const padded = new Uint8Array(size);
  padded.set(content);
  return padded;
}

/** Takes fixed-size fields from the front. Throws `body` when bytes run out. */
export class ByteReader {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  /** Bytes not yet taken. */
  get left(): number {
    return this.bytes.length - this.at;
  }

  /** The next `size` bytes, as a view. */
  take(size: number): Uint8Array {
    if (size > this.left) throw new Refused('body', 'ends too early');
    this.at += size;
    return this.bytes.subarray(this.at - size, this.at);
  }

  /** The next `size` bytes (at most 6) as an unsigned big-endian integer. */
  integer(size: number): number {
    return this.take(size).reduce((value, byte) => value * 256 + byte, 0);
  }

  /** Throws `body` when what is left says anything. */
  onlyZerosLeft(): void {
    if (!isZero(this.take(this.left))) throw new Refused('body', 'padding is not zero');
  }
}
