/** Help with typing a receipt in: which words of the list are offered for what is typed. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { test } from 'node:test';
import { fold } from '../src/crypto/receipt.ts';
import { beginningAs, closeTo } from '../src/suggest.ts';
import { unpack } from '../src/words.ts';
import { frontCode } from '../tools/front-code.mjs';

const LIST = ['alm', 'almanacka', 'ånga', 'ångbåt', 'ängel', 'björk', 'björn', 'blad', 'bladlus', 'blank', 'blast'];

test('words that begin as what is typed, four at most, whatever the keyboard lacks', () => {
  assert.deepEqual(beginningAs('ang', LIST), ['ånga', 'ångbåt', 'ängel']);
  assert.deepEqual(beginningAs('Äng', LIST), ['ånga', 'ångbåt', 'ängel']);
  assert.deepEqual(beginningAs('bjor', LIST), ['björk', 'björn']);
  assert.deepEqual(beginningAs('bl', LIST), ['blad', 'bladlus', 'blank', 'blast']);
  assert.equal(beginningAs('al', [...LIST, 'alf', 'alg', 'alp']).length, 4);
});

test('nothing for one letter, for what begins no word and for a word that can become no other', () => {
  for (const typed of ['', 'b', 'xy', 'björn', 'BJORN']) assert.deepEqual(beginningAs(typed, LIST), [], typed);
  assert.deepEqual(beginningAs('alm', LIST), ['alm', 'almanacka'], 'it may be meant as it is');
});

test('one letter wrong, missing, too many or two that changed places is close; nothing else is', () => {
  const near: Readonly<Record<string, string[]>> = {
    bkad: ['blad'], bjrn: ['björn'], ngel: ['ängel'], ängell: ['ängel'], bldad: ['blad'], ablm: ['alm'], bjökr: ['björk'],
    lbad: ['blad'], blas: ['blad', 'blast'], blak: ['blad', 'blank'], almanakca: ['almanacka'], xyz: [], björ: ['björk', 'björn'],
  };
  for (const [typed, words] of Object.entries(near)) assert.deepEqual(closeTo(typed, LIST), words, typed);
});

/** The distance as textbooks define it, to compare with. */
function distance(left: string, right: string): number {
  const table = Array.from({ length: left.length + 1 }, (_, row) => Array.from({ length: right.length + 1 }, (__, column) => row + column));
  for (let row = 1; row <= left.length; row++) {
    for (let column = 1; column <= right.length; column++) {
      const [above, here] = [table[row - 1]!, table[row]!];
      const cost = left[row - 1] === right[column - 1] ? 0 : 1;
      here[column] = Math.min(above[column]! + 1, here[column - 1]! + 1, above[column - 1]! + cost);
      const swaps = row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (swaps) here[column] = Math.min(here[column]!, table[row - 2]![column - 2]! + 1);
    }
  }
  return table[left.length]![right.length]!;
}

test('over the whole list, the same as the textbook says', () => {
  const list = unpack(frontCode(readFileSync(`${process.env.RAPP_REPOSITORY ?? '.'}/reporting_app/crypto/wordlist.txt`, 'utf8')));
  for (const word of list.filter((_, at) => at % 200 === 0)) {
    const typed = fold(`${word.slice(0, 2)}${word.slice(3)}`);
    const near = list.filter((one) => distance(fold(one), typed) === 1 || fold(one) === typed);
    assert.deepEqual(closeTo(typed, list), near.slice(0, 4), typed);
  }
});
