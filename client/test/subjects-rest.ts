/** Operations of the subjects that only test/reference knows. */
import { hexToBytes } from '@noble/hashes/utils.js';
import { concat, parse, utf8, type JsonObject } from '../src/crypto/encoding.ts';
import { objectId, readCell, readLetter } from '../src/crypto/shape.ts';
import { contentKey } from '../src/crypto/slots.ts';
import { submission } from '../src/crypto/submission.ts';
import { hex, type Patch } from '../tools/vectors/case.ts';
import type { Operations } from './input.ts';
import { pseudonym, readBallot } from './reference/ballot.ts';
import { readEnrolment, readInvitation } from './reference/enrolment.ts';
import { openKeyFile, readKeyFile } from './reference/keyfile.ts';
import { memberKeys } from './reference/member.ts';
import { openParcel, sealParcel } from './reference/parcel.ts';
import { verifyRequest } from './reference/request.ts';
import { readSubmission } from './reference/submission.ts';


/** `bytes` with patches applied in order. */
export function patched(bytes: Uint8Array, patches: readonly Patch[]): Uint8Array {
  return patches.reduce((current, patch) => {
    if ('truncate' in patch) return current.slice(0, patch.truncate);
    if ('append' in patch) return concat(current, hexToBytes(patch.append));
    const changed = current.slice();
    hexToBytes(patch.xor).forEach((byte, at) => (changed[patch.offset + at]! ^= byte));
    return changed;
  }, bytes);
}

const ballot: Operations = {
  read: (input) => {
    const read = readBallot(input.bytes('bytes'), input.bytes('key'), input.bytes('deployment'));
    return { ...read, deployment: hex(read.deployment), pseudonym: hex(read.pseudonym) };
  },
  pseudonym: (input) => ({ pseudonym: hex(pseudonym(input.bytes('thread_secret'), input.text('table'))) }),
};

const enrolment: Operations = {
  read: (input) => {
    const bytes = utf8(input.text('text'));
    const { member, name, role, sign, kem, fingerprint } = readEnrolment(bytes);
    return { member, name, role, sign: hex(sign), kem: hex(kem), fingerprint };
  },
};

const invitation: Operations = {
  read: (input) => {
    const { site, anchor, deployment, chain } = readInvitation(utf8(input.text('text')));
    return { site, anchor: hex(anchor), deployment: hex(deployment), version: chain.at(-1)!.version };
  },
};

const keyfile: Operations = {
  open: (input) => {
    const bytes = utf8(input.text('text'));
    const secret = openKeyFile(readKeyFile(bytes), input.text('passphrase'));
    const { kemSeed, signSeed, signPublicKey, cacheKey } = memberKeys(secret);
    return {
      member: (parse(bytes) as JsonObject).member,
      secret: hex(secret),
      kem_seed: hex(kemSeed),
      sign_seed: hex(signSeed),
      sign_public_key: hex(signPublicKey),
      cache_key: hex(cacheKey),
    };
  },
};

const parcel: Operations = {
  open: (input) => {
    const key = input.bytes('content_key');
    const patches = input.has('patch') ? (input.value('patch') as Patch[]) : [];
    const bytes = patched(sealParcel(key, input.bytes('deployment'), input.bytes('plaintext')), patches);
    const content = openParcel(bytes, input.has('opening_key') ? input.bytes('opening_key') : key, input.bytes('deployment'));
    const header = hex(bytes.slice(0, 64));
    return { content: hex(content), object_id: hex(objectId(bytes)), header, commitment: hex(contentKey(key).commitment) };
  },
};

const request: Operations = {
  verify: (input) => {
    const signed = {
      body: input.bytes('body'),
      deployment: input.bytes('deployment'),
      method: input.text('method'),
      path: input.text('path'),
    };
    return { member: verifyRequest(input.text('authorization'), signed, input.keys('members'), input.number('now')) };
  },
};

const submissions: Operations = {
  read: (input) => {
    const { nonce, letter, cell } = readSubmission(input.bytes('bytes'));
    readLetter(letter);
    readCell(cell);
    if (hex(submission(nonce, letter, cell)) !== input.text('bytes')) throw new Error('writes something else');
    return { nonce, letter: hex(objectId(letter)), cell: hex(objectId(cell)) };
  },
};

export const others: Record<string, Operations> = {
  ballot,
  enrolment,
  invitation,
  keyfile,
  parcel,
  request,
  submission: submissions,
};
