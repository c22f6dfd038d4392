/**
 * Writes tests/vectors/*.json from fixed seeds: node client/tools/run.mjs client/tools/vectors.ts [--check]. With --check
 * nothing is written, and the exit code is 1 when a file would change.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { Case, Subject } from './vectors/case.ts';
import { cellCases } from './vectors/cell.ts';
import { deploymentCases } from './vectors/deployment.ts';
import { encodingCases } from './vectors/encoding.ts';
import { enrolmentCases, invitationCases } from './vectors/enrolment.ts';
import { eventCases } from './vectors/event.ts';
import { hashingCases } from './vectors/hashing.ts';
import { kemCases } from './vectors/kem.ts';
import { keyfileCases } from './vectors/keyfile.ts';
import { letterCases } from './vectors/letter.ts';
import { receiptCases } from './vectors/receipt.ts';
import { rosterCases } from './vectors/roster.ts';
import { signingCases } from './vectors/signing.ts';
import { ballotCases, parcelCases, requestCases, submissionCases, workCases } from './vectors/rest.ts';

const repository = process.env.RAPP_REPOSITORY ?? '.';
const directory = join(repository, 'tests', 'vectors');
const words = readFileSync(join(repository, 'reporting_app', 'crypto', 'wordlist.txt'), 'utf8')
  .trimEnd()
  .split('\n');

const makers: Record<string, () => Case[]> = {
  ballot: ballotCases,
  cell: cellCases,
  deployment: deploymentCases,
  encoding: encodingCases,
  enrolment: enrolmentCases,
  event: eventCases,
  hashing: hashingCases,
  invitation: invitationCases,
  kem: kemCases,
  keyfile: () => keyfileCases(words),
  letter: letterCases,
  parcel: parcelCases,
  receipt: () => receiptCases(words),
  request: requestCases,
  roster: rosterCases,
  signing: signingCases,
  submission: submissionCases,
  work: workCases,
};

mkdirSync(directory, { recursive: true });
const check = process.argv.includes('--check');
let changed = 0;
for (const [subject, make] of Object.entries(makers)) {
  const whole: Subject = { subject, cases: make() };
  const file = join(directory, `${subject}.json`);
  const text = `${JSON.stringify(whole, null, 2)}\n`;
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
  changed++;
  console.log(`${check ? 'would change' : 'wrote'} ${file}`);
  if (!check) writeFileSync(file, text);
}
for (const file of readdirSync(directory)) {
  if (!file.endsWith('.json') || Object.hasOwn(makers, file.slice(0, -5))) continue;
  changed++;
  console.log(`nothing makes ${file}`);
}
if (check && changed > 0) process.exitCode = 1;
