/** The page's word list is the one that Python reads: a word's place in it is a part of somebody's receipt. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { test } from 'node:test';
import { unpack } from '../src/words.ts';
import { frontCode } from '../tools/front-code.mjs';

test('the list in the page is the list in the file, word for word', () => {
  const file = readFileSync(`${process.env.RAPP_REPOSITORY ?? '.'}/reporting_app/crypto/wordlist.txt`, 'utf8');
  const words = file.trimEnd().split('\n');
  assert.equal(words.length, 4096);
  assert.deepEqual(unpack(frontCode(file)), words);
});
