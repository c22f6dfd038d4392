/** Requests that only members may make (docs/protocol.md §13). */
import { b64, canonical, unb64 } from '../../src/crypto/encoding.ts';
import { Refused } from '../../src/crypto/errors.ts';
import { LABELS } from '../../src/crypto/hashing.ts';
import { isMemberId } from '../../src/crypto/schema.ts';
import { objectId } from '../../src/crypto/shape.ts';
import * as signing from '../../src/crypto/signing.ts';

const HEADER = /^Rapp1 ([a-z0-9-]+) (0|[1-9][0-9]{0,11}) ([A-Za-z0-9_-]+)$/;
const CLOCK_TOLERANCE = 15 * 60;

export interface SignedRequest {
  readonly deployment: Uint8Array;
  readonly member: string;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly body: Uint8Array;
  /** Seconds since 1970. */
  readonly time: number;
}

/** The value of the Authorization header. */
export function authorization(request: SignedRequest, seed: Uint8Array): string {
  return `Rapp1 ${request.member} ${request.time} ${b64(signing.sign(LABELS.signRequest, seed, signedBytes(request)))}`;
}

/** The member who made a request at `now`. Throws `authorization` and `clock`. */
export function verifyRequest(
  header: string,
  request: Omit<SignedRequest, 'member' | 'time'>,
  keys: ReadonlyMap<string, Uint8Array>,
  now: number,
): string {
  const [, member, time, signature] = HEADER.exec(header) ?? [];
  const key = isMemberId(member) ? keys.get(member) : undefined;
  if (member === undefined || key === undefined) throw new Refused('authorization', 'not a member');
  const whole = { ...request, member, time: Number(time) };
  try {
    signing.verify(LABELS.signRequest, key, signedBytes(whole), unb64(signature, 64));
  } catch {
    throw new Refused('authorization', 'signature');
  }
  if (Math.abs(whole.time - now) > CLOCK_TOLERANCE) throw new Refused('clock', 'too far off');
  return member;
}

/** What a member signs. */
export function signedBytes(request: SignedRequest): Uint8Array {
  return canonical({
    body: b64(objectId(request.body)),
    deployment: b64(request.deployment),
    member: request.member,
    method: request.method,
    path: request.path,
    time: request.time,
  });
}
