import { derive, LABELS } from '../../src/crypto/hashing.ts';
import { concat, utf8 } from '../../src/crypto/encoding.ts';
import { Cases, hex, seeded, type Case } from './case.ts';

export function hashingCases(): Case[] {
  const cases = new Cases();
  for (const label of Object.values(LABELS)) {
    const random = seeded(`hashing ${label}`);
    const input = { operation: 'derive', label, key: hex(random(32)), data: hex(random(40)), size: 32 };
    const digest = derive(label, random.length ? fromHex(input.key) : random(0), fromHex(input.data), 32);
    cases.succeeds(`label-${label.replace('rapp1.', '')}`, `H under ${label}.`, input, { digest: hex(digest) });
  }
  const sizes: [string, Uint8Array, Uint8Array, number][] = [
    ['empty-key-and-data', new Uint8Array(0), new Uint8Array(0), 32],
    ['longest-key', seeded('longest key')(64), utf8('data'), 32],
    ['one-byte-of-output', new Uint8Array(0), utf8('data'), 1],
    ['sixty-four-bytes-of-output', seeded('key')(32), utf8('data'), 64],
    ['more-than-one-block', new Uint8Array(0), seeded('block')(300), 32],
    ['exactly-one-block', new Uint8Array(0), seeded('block')(128), 32],
  ];
  for (const [name, key, data, size] of sizes) {
    const label = LABELS.objectId;
    const digest = hex(derive(label, key, data, size));
    cases.succeeds(name, 'Edges of H.', { operation: 'derive', label, key: hex(key), data: hex(data), size }, { digest });
  }
  const ids = [seeded('id 1')(32), seeded('id 2')(32), seeded('id 3')(32)].sort((a, b) => (hex(a) < hex(b) ? -1 : 1));
  const digest = hex(derive(LABELS.dayDigest, new Uint8Array(0), concat(...ids), 32));
  const shuffled = [ids[2]!, ids[0]!, ids[1]!].map(hex);
  cases.succeeds(
    'day-digest',
    'Digest of a day, ids given in any order (§13).',
    { operation: 'day-digest', ids: shuffled },
    { digest },
  );
  const none = hex(derive(LABELS.dayDigest, new Uint8Array(0), new Uint8Array(0), 32));
  cases.succeeds('day-digest-of-nothing', 'A day without letters.', { operation: 'day-digest', ids: [] }, { digest: none });
  return cases.list;
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}
