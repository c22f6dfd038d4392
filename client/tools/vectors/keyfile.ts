import { b64, canonical, type JsonObject } from '../../src/crypto/encoding.ts';
import { sealKeyFile, type Cost } from '../../test/reference/keyfile.ts';
import { memberKeys } from '../../test/reference/member.ts';
import { Cases, hex, seeded, text, type Case, type Fields } from './case.ts';
import { anna, dan } from './world.ts';

const CHEAP: Cost = { m: 64, p: 2, t: 1 };
const DEFAULT: Cost = { m: 65_536, p: 4, t: 3 };

export function keyfileCases(words: readonly string[]): Case[] {
  const cases = new Cases();
  const passphrase = Array.from({ length: 7 }, (_, at) => words[(at * 577 + 100) % words.length]).join(' ');
  addOpened(cases, passphrase);
  addTyped(cases);
  addDamaged(cases, passphrase);
  return cases.list;
}

function sealed(passphrase: string, cost: Cost): JsonObject {
  const who = { member: anna.id, name: anna.name, role: anna.role };
  return sealKeyFile(who, anna.secret, passphrase, cost, seeded('key file'));
}

function opening(file: JsonObject, passphrase: string): Fields {
  return { operation: 'open', text: text(canonical(file)), passphrase };
}

function secrets(): Fields {
  const { kemSeed, signSeed, signPublicKey, cacheKey } = memberKeys(anna.secret);
  return {
    member: anna.id,
    secret: hex(anna.secret),
    kem_seed: hex(kemSeed),
    sign_seed: hex(signSeed),
    sign_public_key: hex(signPublicKey),
    cache_key: hex(cacheKey),
  };
}

function addOpened(cases: Cases, passphrase: string): void {
  cases.succeeds('opened', 'A cheap key file, as most cases here.', opening(sealed(passphrase, CHEAP), passphrase), secrets());
  cases.succeeds(
    'opened-default-cost',
    'The default cost; takes a moment.',
    opening(sealed(passphrase, DEFAULT), passphrase),
    secrets(),
  );
  cases.refuses('wrong-passphrase', 'passphrase', 'A word is missing.', {
    base: 'opened',
    passphrase: passphrase.split(' ').slice(1).join(' '),
  });
  cases.refuses('upper-case-passphrase', 'passphrase', 'Passphrases are not folded.', {
    base: 'opened',
    passphrase: passphrase.toUpperCase(),
  });
  cases.refuses('empty-passphrase', 'passphrase', 'Nothing typed.', { base: 'opened', passphrase: '' });
}

function addTyped(cases: Cases): void {
  const passphrase = 'blå häst öde sjö';
  const file = sealed(passphrase, CHEAP);
  const opens = (name: string, comment: string, typed: string): void =>
    cases.succeeds(name, comment, opening(file, typed), secrets());
  opens('passphrase-with-umlauts', 'As chosen.', passphrase);
  opens('passphrase-decomposed', 'Typed on a keyboard that composes otherwise (NFD).', passphrase.normalize('NFD'));
  opens('passphrase-white-space', 'Runs of white space count as one space.', 'blå  häst\töde \n sjö');
  cases.refuses('passphrase-folded', 'passphrase', 'å ä ö are not left out.', opening(file, 'bla hast ode sjo'));
  cases.refuses('passphrase-joined', 'passphrase', 'White space is not left out.', opening(file, 'blåhästödesjö'));
}

function addDamaged(cases: Cases, passphrase: string): void {
  const file = sealed(passphrase, CHEAP);
  const kdf = file.kdf as JsonObject;
  const refuses = (name: string, reason: 'keyfile' | 'passphrase', comment: string, changes: JsonObject): void =>
    cases.refuses(name, reason, comment, { ...opening({ ...file, ...changes }, passphrase) });
  const costs: [string, JsonObject][] = [
    ['m-too-large', { m: 1_048_577 }],
    ['t-too-large', { t: 17 }],
    ['p-too-large', { p: 17, m: 1024 }],
    ['m-too-small', { m: 15 }],
    ['t-0', { t: 0 }],
    ['p-0', { p: 0 }],
    ['m-text', { m: '64' }],
    ['t-true', { t: true }],
    ['name', { name: 'argon2i' }],
    ['salt-short', { salt: b64(seeded('x')(15)) }],
    ['extra-key', { extra: 1 }],
  ];
  for (const [name, changes] of costs)
    refuses(`kdf-${name}`, 'keyfile', 'Parameters that no reader takes.', { kdf: { ...kdf, ...changes } });
  refuses('kind', 'keyfile', 'Another kind of file.', { kind: 'enrolment' });
  refuses('suite', 'keyfile', 'Another suite.', { suite: 2 });
  refuses('suite-true', 'keyfile', 'true is not 1.', { suite: true });
  refuses('nonce-short', 'keyfile', '23 bytes.', { nonce: b64(seeded('x')(23)) });
  refuses('sealed-short', 'keyfile', '47 bytes.', { sealed: b64(seeded('x')(47)) });
  refuses('role-unknown', 'keyfile', 'investigator or witness.', { role: 'admin' });
  refuses('member-reporter', 'keyfile', 'Never reporter.', { member: 'reporter' });
  refuses('extra-key', 'keyfile', 'A key too many.', { extra: 1 });
  refuses('another-member', 'passphrase', 'The id is bound to the secret.', { member: dan.id });
  refuses('another-name', 'passphrase', 'The name is bound to the secret.', { name: 'Någon Annan' });
  refuses('another-role', 'passphrase', 'The role is bound to the secret.', { role: 'witness' });
  refuses('another-cost', 'passphrase', 'The cost is bound to the secret.', { kdf: { ...kdf, t: 2 } });
  refuses('another-nonce', 'passphrase', 'Another nonce.', { nonce: b64(seeded('x')(24)) });
  refuses('another-salt', 'passphrase', 'Another salt.', { kdf: { ...kdf, salt: b64(seeded('x')(16)) } });
  refuses('another-sealed', 'passphrase', 'Another ciphertext.', { sealed: b64(seeded('x')(48)) });
  cases.refuses('not-json', 'keyfile', 'Something else.', { operation: 'open', text: 'hemligt', passphrase });
  cases.refuses('empty', 'keyfile', 'An empty file.', { operation: 'open', text: '', passphrase });
  cases.refuses('not-an-object', 'keyfile', 'JSON, but no key file.', { operation: 'open', text: '[]', passphrase });
  cases.refuses('not-canonical', 'keyfile', 'A line end after the file.', {
    operation: 'open',
    text: `${text(canonical(file))}\n`,
    passphrase,
  });
}
