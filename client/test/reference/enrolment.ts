/** Enrolments and invitations (docs/protocol.md §11). */
import { b64, canonical, equal, parse, unb64, type JsonObject } from '../../src/crypto/encoding.ts';
import { Refused } from '../../src/crypto/errors.ts';
import { LABELS } from '../../src/crypto/hashing.ts';
import { PUBLIC_KEY_SIZE } from '../../src/crypto/kem.ts';
import { fingerprint, readRosterFile, verifyChain, type Chain } from '../../src/crypto/roster.ts';
import { exactKeys, isMemberId, demand } from '../../src/crypto/schema.ts';
import * as signing from '../../src/crypto/signing.ts';
import type { MemberKeys } from './member.ts';

export interface Enrolment {
  readonly member: string;
  readonly name: string;
  readonly role: string;
  /** Ed25519, 32 bytes. */
  readonly sign: Uint8Array;
  /** X-Wing, 1216 bytes. */
  readonly kem: Uint8Array;
  readonly fingerprint: string;
}

export function enrolmentBody(who: { member: string; name: string; role: string }, keys: MemberKeys): JsonObject {
  return { ...who, kem: b64(keys.kem.publicKey), kind: 'enrolment', sign: b64(keys.signPublicKey), suite: 1 };
}

/** The file as a value to write canonically. */
export function signEnrolment(body: JsonObject, seed: Uint8Array): JsonObject {
  return { body, signature: b64(signing.sign(LABELS.signEnrolment, seed, canonical(body))) };
}

/** Throws `encoding`, `schema`, `signature`. */
export function readEnrolment(bytes: Uint8Array): Enrolment {
  const file = exactKeys(parse(bytes), ['body', 'signature']);
  const body = exactKeys(file.body, ['kem', 'kind', 'member', 'name', 'role', 'sign', 'suite']);
  const { member, name, role } = body;
  demand(body.kind === 'enrolment' && body.suite === 1, 'kind or suite');
  demand(isMemberId(member), 'member');
  demand(role === 'investigator' || role === 'witness', 'role');
  demand(typeof name === 'string' && name !== '' && [...name].length <= 80 && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(name), 'name');
  const kem = unb64(body.kem, PUBLIC_KEY_SIZE);
  const sign = unb64(body.sign, 32);
  signing.verify(LABELS.signEnrolment, sign, canonical(body), unb64(file.signature, 64));
  return { member, name, role, sign, kem, fingerprint: fingerprint(sign, kem) };
}

export interface Invitation {
  readonly site: string;
  readonly anchor: Uint8Array;
  readonly deployment: Uint8Array;
  readonly chain: Chain;
}

/** Throws `encoding`, `schema`, `deployment`, `roster-chain`, `roster-majority`. */
export function readInvitation(bytes: Uint8Array): Invitation {
  const value = exactKeys(parse(bytes), ['anchor', 'deployment', 'kind', 'roster', 'site', 'suite']);
  const { site } = value;
  demand(value.kind === 'invitation' && value.suite === 1, 'kind or suite');
  demand(typeof site === 'string' && /^https?:\/\//.test(site), 'site');
  const anchor = unb64(value.anchor, 32);
  const deployment = unb64(value.deployment, 16);
  const chain = verifyChain(readRosterFile(value.roster!).documents, anchor);
  if (!equal(chain[0]!.deployment, deployment)) throw new Refused('deployment', 'roster of another deployment');
  return { site, anchor, deployment, chain };
}
