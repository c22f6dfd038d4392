/** A member's secret at rest (docs/protocol.md §12). */
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { argon2id } from '@noble/hashes/argon2.js';
import { b64, canonical, parse, unb64, utf8, type JsonObject } from '../../src/crypto/encoding.ts';
import { Refused } from '../../src/crypto/errors.ts';
import { exactKeys, isInteger, isMemberId, demand } from '../../src/crypto/schema.ts';

const HIGHEST = { m: 1_048_576, p: 16, t: 16 } as const;

export interface Cost {
  readonly m: number;
  readonly p: number;
  readonly t: number;
}

export interface KeyFile {
  readonly member: string;
  readonly cost: Cost;
  readonly salt: Uint8Array;
  readonly nonce: Uint8Array;
  readonly sealed: Uint8Array;
  /** Canonical JSON of all keys but `sealed`. */
  readonly additional: Uint8Array;
}

/** Throws `keyfile` for anything but a whole key file of a bearable cost. */
export function readKeyFile(bytes: Uint8Array): KeyFile {
  try {
    return readFields(parse(bytes) as JsonObject);
  } catch {
    throw new Refused('keyfile', 'damaged or too costly');
  }
}

function readFields(value: JsonObject): KeyFile {
  const file = exactKeys(value, ['kdf', 'kind', 'member', 'name', 'nonce', 'role', 'sealed', 'suite']);
  const { m, name, p, salt, t } = exactKeys(file.kdf, ['m', 'name', 'p', 'salt', 't']);
  demand(file.kind === 'key' && file.suite === 1 && name === 'argon2id', 'kind');
  demand(isMemberId(file.member) && typeof file.name === 'string', 'member');
  demand(file.role === 'investigator' || file.role === 'witness', 'role');
  demand(isInteger(p, 1, HIGHEST.p) && isInteger(t, 1, HIGHEST.t) && isInteger(m, 8 * p, HIGHEST.m), 'cost');
  const { sealed, ...others } = file;
  return {
    member: file.member,
    cost: { m, p, t },
    salt: unb64(salt, 16),
    nonce: unb64(file.nonce, 24),
    sealed: unb64(sealed, 48),
    additional: canonical(others),
  };
}

/** The member's secret, 32 bytes. Throws `passphrase` when it does not open. */
export function openKeyFile(file: KeyFile, passphrase: string): Uint8Array {
  try {
    return xchacha20poly1305(stretch(passphrase, file.salt, file.cost), file.nonce, file.additional).decrypt(file.sealed);
  } catch {
    throw new Refused('passphrase', 'does not open');
  }
}

/** The file as canonical JSON. */
export function sealKeyFile(
  who: { member: string; name: string; role: string },
  secret: Uint8Array,
  passphrase: string,
  cost: Cost,
  random: (size: number) => Uint8Array,
): JsonObject {
  const salt = random(16);
  const nonce = random(24);
  const kdf = { m: cost.m, name: 'argon2id', p: cost.p, salt: b64(salt), t: cost.t };
  const others = { kdf, kind: 'key', ...who, nonce: b64(nonce), suite: 1 };
  const sealed = xchacha20poly1305(stretch(passphrase, salt, cost), nonce, canonical(others)).encrypt(secret);
  return { ...others, sealed: b64(sealed) };
}

function stretch(passphrase: string, salt: Uint8Array, cost: Cost): Uint8Array {
  const text = passphrase
    .normalize('NFC')
    .split(/\s+/u)
    .filter((word) => word !== '')
    .join(' ');
  return argon2id(utf8(text), salt, { m: cost.m, t: cost.t, p: cost.p, dkLen: 32 });
}
