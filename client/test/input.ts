/** The input of a vector case, and what an operation is. */
import { hexToBytes } from '@noble/hashes/utils.js';
import type { Fields } from '../tools/vectors/case.ts';

/** Access to the fields of an input by type. */
export class Input {
  constructor(private readonly fields: Fields) {}
  has(name: string): boolean {
    return this.fields[name] !== undefined;
  }
  value(name: string): unknown {
    if (!this.has(name)) throw new Error(`no ${name} in the input`);
    return this.fields[name];
  }
  text(name: string): string {
    return this.value(name) as string;
  }
  texts(name: string): string[] {
    return this.value(name) as string[];
  }
  number(name: string): number {
    return this.value(name) as number;
  }
  bytes(name: string): Uint8Array {
    return hexToBytes(this.text(name));
  }
  /** An object of hexadecimal values. */
  keys(name: string): Map<string, Uint8Array> {
    return new Map(Object.entries(this.value(name) as Record<string, string>).map(([id, key]) => [id, hexToBytes(key)]));
  }
}

export type Operation = (input: Input) => Fields;
export type Operations = Record<string, Operation>;
