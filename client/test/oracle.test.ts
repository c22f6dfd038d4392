/** libsodium, an independent implementation compiled from C, does what src/crypto does with noble. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import sodium from 'libsodium-wrappers-sumo';
import * as aead from '../src/crypto/aead.ts';
import { concat, utf8 } from '../src/crypto/encoding.ts';
import { Refused } from '../src/crypto/errors.ts';
import { derive, LABELS, NOTHING, padLabel, type Label } from '../src/crypto/hashing.ts';
import * as kem from '../src/crypto/kem.ts';
import { sealLetter, threadContent } from '../src/crypto/letter.ts';
import { readThreadBlock, reporterKeys } from '../src/crypto/receipt.ts';
import * as signing from '../src/crypto/signing.ts';
import { hex, seeded, type Case, type Subject } from '../tools/vectors/case.ts';
import { anna, deployment, reportEvent, reporter } from '../tools/vectors/world.ts';

await sodium.ready;

const ROUNDS = 25;
const repository = process.env.RAPP_REPOSITORY ?? '.';

function cases(subject: string): readonly Case[] {
  const text = readFileSync(join(repository, 'tests', 'vectors', `${subject}.json`), 'utf8');
  return (JSON.parse(text) as Subject).cases;
}

function fromHex(text: unknown): Uint8Array {
  return sodium.from_hex(text as string);
}

/** The C function below the wrapper, which itself takes no data: only keys and personalisations. */
interface RawSodium {
  _malloc(size: number): number;
  _free(address: number): void;
  HEAPU8: Uint8Array;
  _crypto_generichash_blake2b_salt_personal(
    out: number,
    outSize: number,
    data: number,
    dataSize: number,
    dataSizeHigh: number,
    key: number,
    keySize: number,
    salt: number,
    personal: number,
  ): number;
}

/** H of §1 by libsodium, salt all zero. */
function sodiumDerive(label: Label, key: Uint8Array, data: Uint8Array, size: number): Uint8Array {
  const raw = (sodium as unknown as { libsodium: RawSodium }).libsodium;
  const addresses: number[] = [];
  const place = (bytes: Uint8Array): number => {
    const address = raw._malloc(Math.max(bytes.length, 1));
    addresses.push(address);
    raw.HEAPU8.set(bytes, address);
    return address;
  };
  const [out, input, keyAt] = [place(new Uint8Array(size)), place(data), key.length === 0 ? 0 : place(key)];
  const [salt, personal] = [place(new Uint8Array(16)), place(padLabel(label))];
  const status = raw._crypto_generichash_blake2b_salt_personal(
    out,
    size,
    input,
    data.length,
    0,
    keyAt,
    key.length,
    salt,
    personal,
  );
  const digest = raw.HEAPU8.slice(out, out + size);
  addresses.forEach((address) => raw._free(address));
  assert.equal(status, 0);
  return digest;
}

test('X-Wing: every vector, the published ones included', () => {
  const vectors = cases('kem').filter(({ input }) => input['operation'] === 'encapsulate');
  assert.equal(vectors.filter((one) => one.published === true).length, 3);
  for (const { input, output } of vectors) {
    const pair = sodium.crypto_kem_xwing_seed_keypair(fromHex(input['seed']));
    assert.equal(hex(pair.publicKey), input['public_key']);
    const sealed = sodium.crypto_kem_xwing_enc_deterministic(pair.publicKey, fromHex(input['eseed']));
    assert.equal(hex(sealed.ciphertext), output['ciphertext']);
    assert.equal(hex(sealed.sharedSecret), output['shared_secret']);
    assert.equal(hex(sodium.crypto_kem_xwing_dec(sealed.ciphertext, pair.privateKey)), output['shared_secret']);
  }
});

test('X-Wing: each opens what the other sealed, and rejects alike', () => {
  const random = seeded('oracle kem');
  for (let round = 0; round < ROUNDS; round++) {
    const seed = random(32);
    const own = kem.keyPair(seed);
    const pair = sodium.crypto_kem_xwing_seed_keypair(seed);
    assert.equal(hex(own.publicKey), hex(pair.publicKey));
    const theirs = sodium.crypto_kem_xwing_enc(own.publicKey);
    assert.equal(hex(kem.decapsulate(own, theirs.ciphertext)), hex(theirs.sharedSecret));
    const mine = kem.encapsulate(pair.publicKey, random(64));
    assert.equal(hex(sodium.crypto_kem_xwing_dec(mine.ciphertext, pair.privateKey)), hex(mine.sharedSecret));
    const spoilt = mine.ciphertext.slice();
    spoilt[round * 40]! ^= 1 << (round % 8);
    assert.equal(hex(sodium.crypto_kem_xwing_dec(spoilt, pair.privateKey)), hex(kem.decapsulate(own, spoilt)));
  }
});

test('XChaCha20-Poly1305 with a nonce of zeros', () => {
  const random = seeded('oracle aead');
  const nonce = new Uint8Array(24);
  for (const size of [0, 1, 15, 16, 63, 64, 65, 80, 2768, 18_096]) {
    const [key, additional, plaintext] = [random(32), random(size % 70), random(size)];
    const sealed = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, additional, null, nonce, key);
    assert.equal(hex(aead.seal(key, additional, plaintext)), hex(sealed));
    assert.equal(hex(aead.open(key, additional, sealed)!), hex(plaintext));
    sealed[size]! ^= 1;
    assert.equal(aead.open(key, additional, sealed), null);
  }
});

test('BLAKE2b with key and personalisation', () => {
  const random = seeded('oracle blake2b');
  for (const label of Object.values(LABELS)) {
    for (const [keySize, dataSize, size] of [
      [0, 0, 32],
      [32, 40, 32],
      [64, 300, 64],
      [16, 128, 16],
    ] as const) {
      const [key, data] = [random(keySize), random(dataSize)];
      assert.equal(hex(derive(label, key, data, size)), hex(sodiumDerive(label, key, data, size)));
    }
  }
});

test('Ed25519: the same signatures, each verifies the other’s', () => {
  const random = seeded('oracle ed25519');
  for (let round = 0; round < ROUNDS; round++) {
    const [seed, data] = [random(32), random(round * 7)];
    const pair = sodium.crypto_sign_seed_keypair(seed);
    assert.equal(hex(signing.publicKey(seed)), hex(pair.publicKey));
    const message = concat(padLabel(LABELS.signEvent), data);
    const signature = sodium.crypto_sign_detached(message, pair.privateKey);
    assert.equal(hex(signing.sign(LABELS.signEvent, seed, data)), hex(signature));
    signing.verify(LABELS.signEvent, pair.publicKey, data, signature);
  }
});

test('Ed25519: every signing vector is taken or refused alike', () => {
  const all = cases('signing');
  const base = all.find(({ name }) => name === 'verified')!.input;
  for (const one of all) {
    const input = { ...(one.input['base'] === undefined ? {} : base), ...one.input };
    if (input['operation'] !== 'verify' || input['patch'] !== undefined) continue;
    const message = concat(padLabel(input['label'] as Label), fromHex(input['data']));
    assert.equal(verifies(fromHex(input['bytes']), message, fromHex(input['public_key'])), one.expect === 'success', one.name);
  }
});

function verifies(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  try {
    return sodium.crypto_sign_verify_detached(signature, message, publicKey);
  } catch {
    return false;
  }
}

test('a whole letter: libsodium alone opens what sealLetter made', () => {
  const to = [{ publicKey: anna.keys.kem.publicKey, type: 1 as const }];
  const content = threadContent(reporter.thread, [reportEvent]);
  const { bytes } = sealLetter(
    { deployment, rosterVersion: 1, slots: 4 },
    to,
    new Uint8Array(32),
    content,
    seeded('oracle letter'),
  );
  const { publicKey, privateKey } = sodium.crypto_kem_xwing_seed_keypair(anna.keys.kemSeed);
  const opened = [0, 1, 2, 3].map((slot) => openWithSodium(bytes, 64 + slot * 1216, publicKey, privateKey));
  const [payload] = opened.filter((plaintext) => plaintext !== null);
  assert(payload !== undefined && payload !== null);
  assert.equal(payload[0], 1);
  const bodyKey = sodiumDerive(LABELS.body, payload.slice(1, 33), NOTHING, 32);
  const front = bytes.slice(0, 64 + 4 * 1216);
  const nonce = new Uint8Array(24);
  const body = sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, bytes.slice(front.length), front, nonce, bodyKey);
  assert.equal(hex(body.slice(0, content.length)), hex(content));
  assert(body.slice(content.length).every((byte) => byte === 0));
  assert.equal(hex(readThreadBlock(body.slice(3, 3 + 1280)).id), hex(reporter.thread.id));
});

function openWithSodium(bytes: Uint8Array, start: number, publicKey: Uint8Array, privateKey: Uint8Array): Uint8Array | null {
  const ciphertext = bytes.slice(start, start + 1120);
  const shared = sodium.crypto_kem_xwing_dec(ciphertext, privateKey);
  const wrapKey = sodiumDerive(LABELS.wrap, shared, concat(bytes.slice(0, 64), publicKey, ciphertext), 32);
  try {
    const sealed = bytes.slice(start + 1120, start + 1216);
    return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, sealed, null, new Uint8Array(24), wrapKey);
  } catch {
    return null;
  }
}

test('src/crypto refuses with Refused only, whatever the bytes', () => {
  const keys = reporterKeys(seeded('fuzz')(12), deployment);
  const random = seeded('oracle fuzz');
  for (let round = 0; round < 200; round++) {
    const garbage = random(round * 3);
    const attempts = [
      () => kem.decapsulate(keys.kem, garbage),
      () => kem.encapsulate(garbage, random(64)),
      () => signing.verify(LABELS.signEvent, garbage, utf8('x'), random(64)),
      () => readThreadBlock(garbage),
    ];
    for (const attempt of attempts) assert.throws(attempt, (error) => error instanceof Refused);
  }
});
