/**
 * Seals letters as a reporter's browser does, for tests that look for anything that tells used slots from unused ones. Reads
 * `{letters, deployment, readers, witnesses}` (keys in hex) from standard input; prints header and slots of each letter in hex.
 */
import { readFileSync } from 'node:fs';
import { bytesToHex as hex, hexToBytes as unhex } from '@noble/hashes/utils.js';
import { sealLetter, typedContent, type Recipient } from '../src/crypto/letter.ts';
import { SLOT, SLOT_SIZE, type Random } from '../src/crypto/slots.ts';

const SLOTS = 12;
const wanted = JSON.parse(readFileSync('/dev/stdin', 'utf8')) as {
  letters: number;
  deployment: string;
  readers: string[];
  witnesses: string[];
};
const random: Random = (size) => crypto.getRandomValues(new Uint8Array(size));
const frame = { deployment: unhex(wanted.deployment), rosterVersion: 1, slots: SLOTS };
const recipients: Recipient[] = [
  ...wanted.readers.map((key) => ({ publicKey: unhex(key), type: SLOT.reader })),
  ...wanted.witnesses.map((key) => ({ publicKey: unhex(key), type: SLOT.watchReport })),
];
for (let made = 0; made < wanted.letters; made++) {
  const { bytes } = sealLetter(frame, recipients, random(32), typedContent(1, random(2000)), random);
  console.log(hex(bytes.subarray(0, 64 + SLOTS * SLOT_SIZE)));
}
