/** Every case of tests/vectors against client/src/crypto, and against test/reference where a browser has no business. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { Refused } from '../src/crypto/errors.ts';
import { hex, type Case, type Fields, type Patch, type Subject } from '../tools/vectors/case.ts';
import { patched } from './subjects-rest.ts';
import { Input } from './input.ts';
import { subjects } from './subjects.ts';

const repository = process.env.RAPP_REPOSITORY ?? '.';
const directory = join(repository, 'tests', 'vectors');
const words = readFileSync(join(repository, 'reporting_app', 'crypto', 'wordlist.txt'), 'utf8')
  .trimEnd()
  .split('\n');
const operations = subjects(words);
const files = readdirSync(directory).filter((file) => file.endsWith('.json'));

/** The input of a case with its base put under it and its patch applied. */
function resolved(one: Case, all: readonly Case[]): Fields {
  const { base, ...own } = one.input;
  const below = base === undefined ? {} : all.find(({ name }) => name === base)?.input;
  if (below === undefined || below['base'] !== undefined) throw new Error(`no base ${String(base)}`);
  const input: Fields = { ...below, ...own };
  if (input['patch'] === undefined || input['bytes'] === undefined) return input;
  const { patch, ...rest } = input;
  const bytes = Uint8Array.from((input['bytes'] as string).match(/../g) ?? [], (pair) => parseInt(pair, 16));
  return { ...rest, bytes: hex(patched(bytes, patch as Patch[])) };
}

function run(subject: string, one: Case, all: readonly Case[]): void {
  const input = new Input(resolved(one, all));
  const operation = operations[subject]?.[input.text('operation')];
  if (operation === undefined) return assert.fail(`nothing exercises ${subject}/${one.name}`);
  if (one.expect === 'success') {
    assert.deepEqual(JSON.parse(JSON.stringify(operation(input))), one.output);
    return;
  }
  assert.throws(
    () => operation(input),
    (error) => {
      assert(error instanceof Refused, `${String(error)} is no refusal`);
      assert.equal(error.reason, one.expect, error.message);
      if (one.output['position'] !== undefined) assert.equal(error.position, one.output['position']);
      return true;
    },
  );
}

test('every subject that can be exercised has a file', () => {
  assert.deepEqual(files.map((file) => file.replace('.json', '')).sort(), Object.keys(operations).sort());
});

for (const file of files) {
  const { subject, cases } = JSON.parse(readFileSync(join(directory, file), 'utf8')) as Subject;
  test(`${subject}: names are different and every refusal is one of the protocol's`, () => {
    assert.equal(new Set(cases.map(({ name }) => name)).size, cases.length);
    assert.equal(`${subject}.json`, file);
  });
  for (const one of cases) {
    test(`${subject}/${one.name} gives ${one.expect}`, () => run(subject, one, cases));
  }
}
