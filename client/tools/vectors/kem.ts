import { sha256 } from '@noble/hashes/sha2.js';
import { hexToBytes } from '@noble/hashes/utils.js';
import { decapsulate, encapsulate, keyPair } from '../../src/crypto/kem.ts';
import { Cases, hex, seeded, type Case } from './case.ts';

/**
 * Appendix C of draft-connolly-cfrg-xwing-kem-08: secret key, encapsulation seed and shared secret as published, public key
 * and ciphertext as SHA-256 of the published ones. The generator stops unless it computes the same.
 */
const PUBLISHED = [
  {
    seed: '7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26',
    eseed:
      '3cb1eea988004b93103cfb0aeefd2a686e01fa4a58e8a3639ca8a1e3f9ae57e235b8cc873c23dc62b8d260169afa2f75ab916a58d974918835d25e6a435085b2',
    sharedSecret: 'd2df0522128f09dd8e2c92b1e905c793d8f57a54c3da25861f10bf4ca613e384',
    publicKeySha256: '2e816deebcd76c5c80d0cd2d174478871658e8e2ff42bc9d4a6e486372e856bb',
    ciphertextSha256: '17cd532d657e44c897ca6583e548a5424fc70bf54f99515a4d2bcf99e3469f33',
  },
  {
    seed: 'badfd6dfaac359a5efbb7bcc4b59d538df9a04302e10c8bc1cbf1a0b3a5120ea',
    eseed:
      '17cda7cfad765f5623474d368ccca8af0007cd9f5e4c849f167a580b14aabdefaee7eef47cb0fca9767be1fda69419dfb927e9df07348b196691abaeb580b32d',
    sharedSecret: 'f2e86241c64d60f6649fbc6c5b7d17180b780a3f34355e64a85749949c45f150',
    publicKeySha256: 'c42ba5f8430d7d2c83739338203819f090e8303ce9c8b02107c272bfa5376916',
    ciphertextSha256: '1661ea86d608a1924ba30840cb0a65f13ae051e3aec9cf0f064efc0bc92f2154',
  },
  {
    seed: 'ef58538b8d23f87732ea63b02b4fa0f4873360e2841928cd60dd4cee8cc0d4c9',
    eseed:
      '22a96188d032675c8ac850933c7aff1533b94c834adbb69c6115bad4692d8619f90b0cdf8a7b9c264029ac185b70b83f2801f2f4b3f70c593ea3aeeb613a7f1b',
    sharedSecret: '953f7f4e8c5b5049bdc771d1dffada0dd961477d1a2ae0988baa7ea6898d893f',
    publicKeySha256: '6b080d6b84f095342092fa7a22423e58bd681397ad0ef00eac92bd254db4fa95',
    ciphertextSha256: 'd3ca5578500344b5896cffc4fd740c9311946b82951df155e6fd86a7966b43c6',
  },
];

/** X25519 points of order 1, 2, 4 and 8, and other spellings of them. */
const SMALL_ORDER_POINTS = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
];

export function kemCases(): Case[] {
  const cases = new Cases();
  PUBLISHED.forEach((vector, index) => addPublished(cases, vector, index + 1));
  for (const name of ['a', 'b', 'c']) {
    const random = seeded(`kem ${name}`);
    addPair(cases, `generated-${name}`, random(32), random(64));
  }
  addRefusals(cases);
  return cases.list;
}

function addPublished(cases: Cases, vector: (typeof PUBLISHED)[number], number: number): void {
  const { publicKey } = keyPair(hexToBytes(vector.seed));
  const { ciphertext, sharedSecret } = encapsulate(publicKey, hexToBytes(vector.eseed));
  const same =
    hex(sha256(publicKey)) === vector.publicKeySha256 &&
    hex(sha256(ciphertext)) === vector.ciphertextSha256 &&
    hex(sharedSecret) === vector.sharedSecret;
  if (!same) throw new Error(`X-Wing differs from the published vector ${number}`);
  const input = { operation: 'encapsulate', seed: vector.seed, public_key: hex(publicKey), eseed: vector.eseed };
  const output = { ciphertext: hex(ciphertext), shared_secret: vector.sharedSecret };
  cases.published(`draft-appendix-c-${number}`, 'draft-connolly-cfrg-xwing-kem-08, Appendix C.', input, output);
}

function addPair(cases: Cases, name: string, seed: Uint8Array, eseed: Uint8Array): void {
  const { publicKey } = keyPair(seed);
  const { ciphertext, sharedSecret } = encapsulate(publicKey, eseed);
  const input = { operation: 'encapsulate', seed: hex(seed), public_key: hex(publicKey), eseed: hex(eseed) };
  cases.succeeds(name, 'From a seeded generator.', input, { ciphertext: hex(ciphertext), shared_secret: hex(sharedSecret) });
}

function addRefusals(cases: Cases): void {
  const random = seeded('kem refusals');
  const [seed, eseed] = [random(32), random(64)];
  const own = keyPair(seed);
  const { ciphertext } = encapsulate(own.publicKey, eseed);
  const opening = { operation: 'decapsulate', seed: hex(seed), bytes: hex(ciphertext) };
  cases.succeeds('opened', 'The shared secret from the secret key.', opening, {
    shared_secret: hex(decapsulate(own, ciphertext)),
  });
  const spoilt = ciphertext.slice();
  spoilt[0]! ^= 1;
  cases.succeeds(
    'ml-kem-rejects-silently',
    'A changed ML-KEM ciphertext gives another secret, not an error.',
    { base: 'opened', patch: [{ offset: 0, xor: '01' }] },
    { shared_secret: hex(decapsulate(own, spoilt)) },
  );
  cases.refuses('ciphertext-cut', 'length', 'One byte short.', { base: 'opened', patch: [{ truncate: 1119 }] });
  cases.refuses('ciphertext-prolonged', 'length', 'One byte more.', { base: 'opened', patch: [{ append: '00' }] });
  const sealing = { operation: 'encapsulate-to', bytes: hex(own.publicKey), eseed: hex(eseed) };
  cases.succeeds('sealed', 'To this key; `eseed` is for those who can take one.', sealing);
  cases.refuses('public-key-cut', 'length', 'One byte short.', { base: 'sealed', patch: [{ truncate: 1215 }] });
  cases.refuses('public-key-prolonged', 'length', 'One byte more.', { base: 'sealed', patch: [{ append: '00' }] });
  const tooLarge = hex(own.publicKey.slice(0, 3).map((byte) => byte ^ 0xff));
  cases.refuses('public-key-not-reduced', 'encoding', 'ML-KEM coefficients of 4095, not below 3329.', {
    base: 'sealed',
    patch: [{ offset: 0, xor: tooLarge }],
  });
  SMALL_ORDER_POINTS.forEach((point, index) => {
    const [inKey, inCiphertext] = [hexXor(own.publicKey.slice(1184), point), hexXor(ciphertext.slice(1088), point)];
    const comment = `X25519 point of small order, ${index + 1}.`;
    cases.refuses(`public-key-small-order-${index + 1}`, 'encoding', comment, {
      base: 'sealed',
      patch: [{ offset: 1184, xor: inKey }],
    });
    cases.refuses(`ciphertext-small-order-${index + 1}`, 'encoding', comment, {
      base: 'opened',
      patch: [{ offset: 1088, xor: inCiphertext }],
    });
  });
}

function hexXor(bytes: Uint8Array, other: string): string {
  const mask = hexToBytes(other);
  return hex(bytes.map((byte, at) => byte ^ mask[at]!));
}
