/** Ballots (docs/protocol.md §8). */
import { b64, ByteReader, canonical, concat, equal, parse, uint, unb64, utf8 } from '../../src/crypto/encoding.ts';
import { Refused } from '../../src/crypto/errors.ts';
import { derive, LABELS } from '../../src/crypto/hashing.ts';
import { day, exactKeys, isInteger, isMemberId, demand } from '../../src/crypto/schema.ts';
import * as signing from '../../src/crypto/signing.ts';

const KEYS = ['author', 'catalogue', 'day', 'deployment', 'period', 'pseudonym', 'suite', 'table', 'value'];

export interface Ballot {
  readonly author: string;
  readonly catalogue: number;
  readonly day: string;
  readonly deployment: Uint8Array;
  readonly period: string;
  readonly pseudonym: Uint8Array;
  readonly table: string;
  readonly value: string;
}

/** 16 bytes: the same for every ballot of a case in one table, unrelated across tables. */
export function pseudonym(threadSecret: Uint8Array, table: string): Uint8Array {
  return derive(LABELS.ballotPseudonym, threadSecret, utf8(table), 16);
}

export function signBallot(ballot: Ballot, seed: Uint8Array): Uint8Array {
  const json = canonical({
    ...ballot,
    deployment: b64(ballot.deployment),
    pseudonym: b64(ballot.pseudonym),
    suite: 1,
  });
  return concat(uint(json.length, 2), json, signing.sign(LABELS.signBallot, seed, json));
}

/** Throws `body`, `encoding`, `schema`, `deployment`, `signature`. */
export function readBallot(wire: Uint8Array, authorKey: Uint8Array, deployment: Uint8Array): Ballot {
  const reader = new ByteReader(wire);
  const json = reader.take(reader.integer(2));
  const signature = reader.take(signing.SIGNATURE_SIZE);
  if (reader.left > 0) throw new Refused('body', 'bytes after the ballot');
  const value = exactKeys(parse(json), KEYS);
  const { author, catalogue, period, table } = value;
  demand(isMemberId(author) && value.suite === 1, 'author or suite');
  demand(isInteger(catalogue, 1, Number.MAX_SAFE_INTEGER), 'catalogue');
  demand(typeof period === 'string' && /^\d{4}(-q[1-4])?$/.test(period), 'period');
  demand(typeof table === 'string' && typeof value.value === 'string', 'table or value');
  const ballot = {
    author,
    catalogue,
    day: day(value.day),
    deployment: unb64(value.deployment, 16),
    period,
    pseudonym: unb64(value.pseudonym, 16),
    table,
    value: value.value,
  };
  if (!equal(ballot.deployment, deployment)) throw new Refused('deployment', 'ballot of another deployment');
  signing.verify(LABELS.signBallot, authorKey, json, signature);
  return ballot;
}
