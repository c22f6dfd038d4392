/**
 * The reporter's browser without its page, for an implementation of the protocol that shares no code with it. Reads what the
 * site serves, a receipt, a report and cells from standard input; prints the submission it makes and what it reads in the cells.
 */
import { readFileSync } from 'node:fs';
import { bytesToHex as hex, hexToBytes as unhex } from '@noble/hashes/utils.js';
import { sealReport } from '../src/compose.ts';
import { verifyDeployment } from '../src/crypto/deployment.ts';
import { unb64, type Json, type JsonObject } from '../src/crypto/encoding.ts';
import { fromWords, reporterKeys, threadBlock } from '../src/crypto/receipt.ts';
import { checkedKeys, inForce, readRosterFile, verifyChain } from '../src/crypto/roster.ts';
import type { Random } from '../src/crypto/slots.ts';
import { readThread } from '../src/thread.ts';
import type { Setting } from '../src/verify.ts';

interface Given {
  readonly anchor: string;
  readonly roster: Json;
  readonly deployment: Json;
  readonly today: string;
  readonly receipt: string;
  readonly report: JsonObject;
  readonly leaveOut: string[];
  readonly cells: string[];
}

const given = JSON.parse(readFileSync('/dev/stdin', 'utf8')) as Given;
const words = readFileSync('reporting_app/crypto/wordlist.txt', 'utf8').trim().split('\n');
const random: Random = (size) => crypto.getRandomValues(new Uint8Array(size));

const file = readRosterFile(given.roster);
const chain = verifyChain(file.documents, unb64(given.anchor, 32));
const roster = inForce(chain, given.today);
const setting: Setting = {
  chain,
  roster,
  keys: checkedKeys(roster, file.keys),
  deployment: verifyDeployment(given.deployment, chain),
  deploymentId: roster.deployment,
  today: given.today,
};
const keys = reporterKeys(fromWords(given.receipt, words), setting.deploymentId);
const { entries, unverified } = readThread(keys, setting, given.cells.map(unhex));
const said = entries.map(({ event }) => ({ id: hex(event.id), kind: event.kind, author: event.author, body: event.body }));
const submission = hex(sealReport(keys, setting, given.report, given.leaveOut, random).bytes);
console.log(JSON.stringify({ submission, block: hex(threadBlock(keys.thread)), said, unverified }));
