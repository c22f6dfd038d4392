/** Requests to the site, and what its answers mean. Nothing here knows what is inside the bytes (docs/protocol.md §13). */
import { b64, parse, type Json } from './crypto/encoding.ts';

const TIMEOUT_MS = 30_000;
const QUIET: RequestInit = {
  cache: 'no-store',
  credentials: 'omit',
  mode: 'same-origin',
  redirect: 'error',
  referrerPolicy: 'no-referrer',
};

/** No answer, or one that does not come from the site (a login page of some network, say). */
export class Unreachable extends Error {}

export type PostAnswer =
  | { readonly kind: 'stored' }
  /** Nobody knows whether the bytes arrived. */
  | { readonly kind: 'unknown' }
  /** The site could not take them now. */
  | { readonly kind: 'busy' }
  /** The site did not take them and says why. */
  | { readonly kind: 'refused'; readonly type: string };

/** A canonical JSON document. Throws `Unreachable`, and `encoding` for any other spelling. */
export async function getDocument(path: string): Promise<Json> {
  return parse(await get(path, 'application/json'));
}

/** All cells of a shard, concatenated. Throws `Unreachable`. */
export async function getCells(path: string): Promise<Uint8Array> {
  return get(path, 'application/octet-stream');
}

async function get(path: string, type: string): Promise<Uint8Array> {
  try {
    const response = await fetch(path, { ...QUIET, signal: AbortSignal.timeout(TIMEOUT_MS) });
    const isOurs = response.headers.get('content-type')?.split(';')[0] === type;
    if (!response.ok || !isOurs) throw new Unreachable(`status ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch {
    throw new Unreachable(path);
  }
}

/** Posts a submission. `letterId` is what an answer of this site must name. Never throws. */
export async function postSubmission(bytes: Uint8Array, letterId: Uint8Array): Promise<PostAnswer> {
  try {
    const response = await fetch('/v1/letters', {
      ...QUIET,
      method: 'POST',
      body: bytes as BodyInit,
      headers: { 'content-type': 'application/octet-stream' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return await meaning(response, b64(letterId));
  } catch {
    return { kind: 'unknown' };
  }
}

async function meaning(response: Response, letterId: string): Promise<PostAnswer> {
  const answer = (await response.json()) as { letter?: unknown; type?: unknown };
  if (response.ok) return answer.letter === letterId ? { kind: 'stored' } : { kind: 'unknown' };
  if (typeof answer.type !== 'string' || !answer.type.startsWith('urn:reporting-app:')) return { kind: 'unknown' };
  if (response.status >= 500) return { kind: 'busy' };
  return { kind: 'refused', type: answer.type.slice('urn:reporting-app:'.length) };
}
