import { b64, canonical, parse, utf8 } from '../../src/crypto/encoding.ts';
import { Cases, hex, seeded, type Case } from './case.ts';

export function encodingCases(): Case[] {
  const cases = new Cases();
  addRead(cases);
  addRefusedJson(cases);
  addRefusedBytes(cases);
  addWritten(cases);
  addB64(cases);
  addDays(cases);
  return cases.list;
}

const DEEPEST = `${'['.repeat(16)}${']'.repeat(16)}`;
const LONGEST_KEY = 'k'.repeat(64);

function addRead(cases: Cases): void {
  const right: [string, string, string][] = [
    ['empty-object', 'No keys.', '{}'],
    ['empty-array', 'No items.', '[]'],
    ['empty-string', 'A value need not be an object.', '""'],
    ['zero', 'Zero.', '0'],
    ['negative', 'A negative integer.', '-1'],
    ['largest-integer', '2⁵³−1.', '9007199254740991'],
    ['smallest-integer', '−(2⁵³−1).', '-9007199254740991'],
    ['booleans', 'true and false.', '[true,false]'],
    [
      'keys-ascending',
      'Digits, then underscore, then letters; hyphens inside.',
      '{"0":1,"10":2,"9":3,"_":4,"a":5,"a-b":6,"a_b":7,"b":8}',
    ],
    ['proto-key', 'A key that some languages treat specially.', '{"__proto__":{"a":1},"constructor":2}'],
    ['longest-key', 'A key of 64 characters.', `{"${LONGEST_KEY}":1}`],
    ['short-escapes', 'All short escapes.', '"\\"\\\\\\b\\f\\n\\r\\t"'],
    ['control-escapes', 'Other control characters.', '"\\u0000\\u0001\\u000b\\u001f"'],
    ['literal-characters', 'DEL, slash, line separator, å, an emoji and a non-character.', '"\u007f/\u2028\u2029å😟\uffff"'],
    ['byte-order-mark-inside', 'U+FEFF within a string.', '"\ufeff"'],
    ['not-normalised', 'Combining characters stay as they are.', '"a\u030a"'],
    ['deepest', 'Sixteen arrays inside each other.', DEEPEST],
  ];
  for (const [name, comment, text] of right) {
    const bytes = utf8(text);
    cases.succeeds(name, comment, { operation: 'json', bytes: hex(bytes) }, { again: hex(canonical(parse(bytes))) });
  }
}

const WRONG_JSON: [string, string, string][] = [
  ['empty', 'No bytes.', ''],
  ['null', 'No null.', 'null'],
  ['null-inside', 'No null.', '{"a":null}'],
  ['fraction', 'No fractions.', '1.5'],
  ['fraction-zero', 'Not even zero ones.', '1.0'],
  ['exponent', 'No exponents.', '1e2'],
  ['exponent-zero', 'No exponents.', '1E0'],
  ['minus-zero', 'Zero has one spelling.', '-0'],
  ['leading-zero', 'No leading zeros.', '01'],
  ['plus', 'No plus sign.', '+1'],
  ['too-large', '2⁵³.', '9007199254740992'],
  ['too-small', '−2⁵³.', '-9007199254740992'],
  ['far-too-large', 'An integer that overflows a double.', `1${'0'.repeat(400)}`],
  ['rounds-to-safe', 'An integer that a double would round.', '9007199254740993'],
  ['nan', 'NaN.', 'NaN'],
  ['infinity', 'Infinity.', '-Infinity'],
  ['unsorted-keys', 'Keys not ascending.', '{"b":1,"a":2}'],
  ['unsorted-number-keys', 'Keys ascend as texts, not as numbers.', '{"9":1,"10":2}'],
  ['unsorted-inside', 'Keys not ascending further in.', '{"a":[{"c":1,"b":2}]}'],
  ['duplicate-keys', 'A key twice with one value.', '{"a":1,"a":1}'],
  ['duplicate-keys-differing', 'A key twice with two values.', '{"a":1,"a":2}'],
  ['key-upper-case', 'Keys are in lower case.', '{"A":1}'],
  ['key-empty', 'Keys are not empty.', '{"":1}'],
  ['key-hyphen-first', 'Keys do not start with a hyphen.', '{"-a":1}'],
  ['key-too-long', 'A key of 65 characters.', `{"${LONGEST_KEY}k":1}`],
  ['key-accented', 'Keys are ASCII.', '{"å":1}'],
  ['key-line-end', 'A line end after the key.', '{"a\\n":1}'],
  ['key-escaped', 'Characters of keys are not escaped.', '{"\\u0061":1}'],
  ['space-after-colon', 'No white space.', '{"a": 1}'],
  ['space-before', 'No white space.', ' {}'],
  ['line-end-after', 'No white space.', '{}\n'],
  ['trailing-garbage', 'Nothing after the value.', '{}{}'],
  ['trailing-nul', 'Nothing after the value.', '{}\u0000'],
  ['trailing-comma', 'No comma before the end.', '[1,]'],
  ['comment', 'No comments.', '{}//'],
  ['single-quotes', 'Double quotes only.', "'a'"],
  ['unterminated', 'An end is missing.', '{"a":1'],
  ['escaped-slash', 'A slash stands as it is.', '"\\/"'],
  ['escaped-letter', 'Printable characters stand as they are.', '"\\u0061"'],
  ['escaped-umlaut', 'Other characters stand as they are.', '"\\u00e5"'],
  ['escaped-delete', 'DEL stands as it is.', '"\\u007f"'],
  ['escaped-emoji', 'Surrogate pairs are not escaped.', '"\\ud83d\\ude1f"'],
  ['long-escape-for-line-end', 'The shortest escape.', '"\\u000a"'],
  ['escape-upper-case', 'Hexadecimal digits are in lower case.', '"\\u001F"'],
  ['lone-surrogate-escaped', 'A high surrogate by itself.', '"\\ud800"'],
  ['lone-low-surrogate-escaped', 'A low surrogate by itself.', '"\\udc00a"'],
  ['literal-control', 'A control character not escaped.', '"\u0001"'],
  ['literal-line-end', 'A line end not escaped.', '"\n"'],
  ['too-deep', 'Seventeen arrays inside each other.', `[${DEEPEST}]`],
  ['too-deep-object', 'Seventeen objects inside each other.', `${'{"a":'.repeat(17)}1${'}'.repeat(17)}`],
  ['far-too-deep', 'Twenty thousand arrays.', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
];

function addRefusedJson(cases: Cases): void {
  for (const [name, comment, text] of WRONG_JSON) {
    cases.refuses(`json-${name}`, 'encoding', comment, { operation: 'json', bytes: hex(utf8(text)) });
  }
}

function addRefusedBytes(cases: Cases): void {
  const wrong: [string, string, string][] = [
    ['byte-order-mark', 'A mark before the value.', 'efbbbf7b7d'],
    ['bare-continuation', 'A continuation byte by itself.', '228022'],
    ['cut-character', 'Half a character.', '22c322'],
    ['overlong', 'An overlong slash.', '22c0af22'],
    ['overlong-nul', 'An overlong NUL.', '22c08022'],
    ['surrogate-in-utf-8', 'A surrogate as three bytes.', '22eda08022'],
    ['above-unicode', 'A character above U+10FFFF.', '22f490808022'],
    ['latin-1', 'Not UTF-8.', '22e522'],
    ['utf-16', 'Not UTF-8.', '7b007d00'],
  ];
  for (const [name, comment, bytes] of wrong) {
    cases.refuses(`utf-8-${name}`, 'encoding', comment, { operation: 'json', bytes });
  }
}

function addWritten(cases: Cases): void {
  const value = { z: [1, -2, true, 'å"\\\u0001\n'], a: { 'b-c': {}, b_c: [] }, '10': 0, '9': 9_007_199_254_740_991 };
  cases.succeeds('written', 'Keys given in any order.', { operation: 'write', value }, { bytes: hex(canonical(value)) });
  const wrong: [string, string, unknown][] = [
    ['null', 'No null.', { a: null }],
    ['fraction', 'No fractions.', { a: 0.5 }],
    ['lone-surrogate', 'Has no UTF-8.', { a: 'x\ud800' }],
    ['key', 'Keys keep to their alphabet.', { 'a b': 1 }],
    ['too-deep', 'Seventeen arrays.', JSON.parse(`[${DEEPEST}]`)],
  ];
  for (const [name, comment, given] of wrong) {
    cases.refuses(`written-${name}`, 'encoding', comment, { operation: 'write', value: given });
  }
}

function addB64(cases: Cases): void {
  for (const size of [0, 1, 2, 3, 16, 32, 64]) {
    const bytes = size === 3 ? Uint8Array.of(0xfb, 0xff, 0xfe) : seeded('b64')(size);
    cases.succeeds(`b64-${size}-bytes`, 'Both ways.', { operation: 'b64', text: b64(bytes) }, { bytes: hex(bytes) });
  }
  const wrong: [string, string, unknown, number?][] = [
    ['padding', 'No padding.', 'AA=='],
    ['one-padding', 'No padding.', 'AAA='],
    ['plus-and-slash', 'The alphabet of URLs.', '+/AA'],
    ['trailing-bits-of-two', 'Trailing bits of one byte are zero.', 'AB'],
    ['trailing-bits-of-three', 'Trailing bits of two bytes are zero.', 'AAB'],
    ['one-character', 'Six bits are no byte.', 'A'],
    ['five-characters', 'Six bits over.', 'AAAAA'],
    ['space', 'No white space.', 'AA AA'],
    ['line-end', 'No white space.', 'AAAA\n'],
    ['other-character', 'Outside the alphabet.', 'AA*A'],
    ['accented', 'Outside the alphabet.', 'AAåA'],
    ['too-short', '31 bytes where 32 are due.', b64(seeded('b64')(31)), 32],
    ['too-long', '33 bytes where 32 are due.', b64(seeded('b64')(33)), 32],
    ['number', 'No text at all.', 0],
  ];
  for (const [name, comment, text, size] of wrong) {
    cases.refuses(`b64-${name}`, 'encoding', comment, { operation: 'b64', text, ...(size === undefined ? {} : { size }) });
  }
}

function addDays(cases: Cases): void {
  for (const text of ['1970-01-01', '2024-02-29', '2026-12-31', '9999-12-31', '0001-01-01']) {
    cases.succeeds(`day-${text}`, 'A day that exists.', { operation: 'day', text });
  }
  const wrong = [
    '2026-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-04-31',
    '2026-1-01',
    '20260101',
    '2026-01-01T00:00:00Z',
    '2026-W01-1',
    ' 2026-01-01',
    '2026-01-01\n',
    '0000-01-01',
    '２０２６-01-01',
    '',
  ];
  wrong.forEach((text, index) => {
    cases.refuses(`day-wrong-${index + 1}`, 'schema', `Not a day: ${JSON.stringify(text)}.`, { operation: 'day', text });
  });
}
