import { ed25519 } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { hexToBytes } from '@noble/hashes/utils.js';
import { concat, utf8 } from '../../src/crypto/encoding.ts';
import { LABELS, padLabel } from '../../src/crypto/hashing.ts';
import { publicKey, sign } from '../../src/crypto/signing.ts';
import { Cases, flip, hex, seeded, type Case, type Fields } from './case.ts';

const { Point } = ed25519;
const ORDER = Point.Fn.ORDER;
const LABEL = LABELS.signEvent;

/** Canonical points of order 1, 2, 4, 4, 8, 8, 8, 8. */
const SMALL_ORDER = [
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
];

/** Second spellings: y = p + k, and x = 0 with the sign bit set. */
const NOT_CANONICAL = [
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  '0100000000000000000000000000000000000000000000000000000000000080',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  // y = p + 3 and p + 4, the latter of a point of large order.
  'f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'f1ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
];

export function signingCases(): Case[] {
  const cases = new Cases();
  addSigned(cases);
  addTampered(cases);
  addSmallOrder(cases);
  addMixedOrder(cases);
  return cases.list;
}

function verifying(key: Uint8Array, data: Uint8Array, signature: Uint8Array): Fields {
  return { operation: 'verify', label: LABEL, public_key: hex(key), data: hex(data), bytes: hex(signature) };
}

function addSigned(cases: Cases): void {
  for (const label of Object.values(LABELS).filter((one) => one.startsWith('rapp1.sig-'))) {
    const random = seeded(`signing ${label}`);
    const [seed, data] = [random(32), random(50)];
    const signature = sign(label as typeof LABEL, seed, data);
    const input = { operation: 'sign', label, seed: hex(seed), data: hex(data) };
    cases.succeeds(`signed-${label.slice(10)}`, 'Key and signature from a seed.', input, {
      public_key: hex(publicKey(seed)),
      signature: hex(signature),
    });
  }
  const seed = seeded('signer')(32);
  const data = utf8('det som skrivs under');
  const input = verifying(publicKey(seed), data, sign(LABEL, seed, data));
  cases.succeeds('verified', 'Holds.', input);
  const empty = new Uint8Array(0);
  cases.succeeds(
    'verified-empty',
    'Holds over nothing but the label.',
    verifying(publicKey(seed), empty, sign(LABEL, seed, empty)),
  );
}

function addTampered(cases: Cases): void {
  const refuses = (name: string, comment: string, changes: Fields): void =>
    cases.refuses(name, 'signature', comment, { base: 'verified', ...changes });
  refuses('another-label', 'Signed for another purpose.', { label: LABELS.signRoster });
  refuses('another-key', 'Signed by another key.', { public_key: hex(publicKey(seeded('another signer')(32))) });
  refuses('data-bit', 'One bit of the data.', { data: hex(utf8('det som skrivs undes')) });
  refuses('data-longer', 'A zero byte after the data.', { data: hex(utf8('det som skrivs under\0')) });
  refuses('r-bit', 'A bit of R.', { patch: flip(0) });
  refuses('s-bit', 'A bit of S.', { patch: flip(32) });
  refuses('cut', 'A byte short.', { patch: [{ truncate: 63 }] });
  refuses('prolonged', 'A byte more.', { patch: [{ append: '00' }] });
  refuses('empty', 'No signature.', { patch: [{ truncate: 0 }] });
  const seed = seeded('signer')(32);
  const data = utf8('det som skrivs under');
  const signature = sign(LABEL, seed, data);
  const scalar = littleEndian(signature.slice(32));
  for (const times of [1n, 2n, 8n]) {
    const malleated = scalar + times * ORDER;
    if (malleated >= 2n ** 256n) continue;
    const bytes = concat(signature.slice(0, 32), scalarBytes(malleated));
    refuses(`s-plus-${times}-orders`, 'S at or above the group order.', { bytes: hex(bytes) });
  }
  refuses('key-cut', 'A key of 31 bytes.', { public_key: hex(publicKey(seed).slice(0, 31)) });
  refuses('key-off-curve', 'y = 2 is of no point.', { public_key: `02${'00'.repeat(31)}` });
  refuses('r-off-curve', 'y = 2 is of no point.', {
    bytes: hex(concat(hexToBytes(`02${'00'.repeat(31)}`), signature.slice(32))),
  });
}

/** Signatures that hold by the bare equation, with A or R of small order or in a second spelling. */
function addSmallOrder(cases: Cases): void {
  SMALL_ORDER.forEach((point, index) => addDegenerate(cases, `small-order-${index + 1}`, point));
  NOT_CANONICAL.forEach((point, index) => addDegenerate(cases, `not-canonical-${index + 1}`, point));
}

function addDegenerate(cases: Cases, name: string, point: string): void {
  const bytes = hexToBytes(point);
  const zero = new Uint8Array(32);
  const lowOrder = decodeLoosely(bytes);
  if (lowOrder === null) return;
  // A of small order: any R = [S]B − [k]A holds for a data of which [k]A is known, whoever "signed".
  const seed = seeded('signer')(32);
  const [S, R] = [7n, lowOrder.isSmallOrder() ? Point.BASE.multiply(7n) : null];
  if (R !== null) {
    const found = search((data) => {
      const k = challenge(R.toBytes(), bytes, data);
      return lowOrder.multiplyUnsafe(k).is0();
    });
    cases.refuses(
      `key-${name}`,
      'signature',
      'A of small order or in a second spelling, the equation holds.',
      verifying(bytes, found, concat(R.toBytes(), scalarBytes(S))),
    );
    // R of small order: S = k·a, with the key's own secret.
    const { scalar, pointBytes } = ed25519.utils.getExtendedPublicKey(seed);
    const data = utf8('R');
    const k = challenge(bytes, pointBytes, data);
    const holding = scalarBytes((k * scalar) % ORDER);
    const comment = lowOrder.is0()
      ? 'R in this form, the equation holds.'
      : 'R in this form, the equation holds but for the cofactor.';
    cases.refuses(`r-${name}`, 'signature', comment, verifying(pointBytes, data, concat(bytes, holding)));
  } else {
    const data = utf8('A');
    cases.refuses(
      `key-${name}`,
      'signature',
      'A in a second spelling.',
      verifying(bytes, data, concat(Point.BASE.multiply(7n).toBytes(), zero)),
    );
  }
}

/** A = aB + T with T of order 8: verifiers with and without the cofactor disagree unless 8 divides k. */
function addMixedOrder(cases: Cases): void {
  const torsion = Point.fromBytes(hexToBytes(SMALL_ORDER[4]!));
  const a = littleEndian(seeded('mixed order')(31));
  const A = Point.BASE.multiply(a % ORDER)
    .add(torsion)
    .toBytes();
  const r = 12_345n;
  const R = Point.BASE.multiply(r).toBytes();
  const signed = (data: Uint8Array): Fields =>
    verifying(A, data, concat(R, scalarBytes((r + challenge(R, A, data) * a) % ORDER)));
  const torsionLeft = search((data) => challenge(R, A, data) % 8n === 3n);
  cases.refuses(
    'mixed-order-key',
    'signature',
    'The equation holds only when both sides are multiplied by the cofactor.',
    signed(torsionLeft),
  );
  const none = search((data) => challenge(R, A, data) % 8n === 0n);
  cases.succeeds('mixed-order-key-holding', 'The same key where the equation holds without the cofactor.', signed(none));
}

function search(suits: (data: Uint8Array) => boolean): Uint8Array {
  for (let number = 0; ; number++) {
    const data = utf8(`försök ${number}`);
    if (suits(data)) return data;
  }
}

function challenge(R: Uint8Array, A: Uint8Array, data: Uint8Array): bigint {
  return littleEndian(sha512(concat(R, A, padLabel(LABEL), data))) % ORDER;
}

function decodeLoosely(bytes: Uint8Array): InstanceType<typeof Point> | null {
  try {
    return Point.fromBytes(bytes, true);
  } catch {
    return null;
  }
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function scalarBytes(value: bigint): Uint8Array {
  return hexToBytes(value.toString(16).padStart(64, '0')).reverse();
}
