/** Documents that a majority signs (docs/protocol.md §9). */
import { b64, canonical, unb64, type Json, type JsonObject } from './encoding.ts';
import { Refused } from './errors.ts';
import { derive, LABELS, NOTHING } from './hashing.ts';
import { array, exactKeys, isMemberId, isObject, demand } from './schema.ts';
import * as signing from './signing.ts';

const LEAST_SIGNATURES = 2;

export type DocumentLabel = typeof LABELS.signRoster | typeof LABELS.signDeployment;

/** A body and the signatures under it, not yet checked against anybody's rules. */
export interface SignedDocument {
  readonly body: JsonObject;
  readonly canonicalBody: Uint8Array;
  /** 32 bytes that name this version, whoever signed it. */
  readonly id: Uint8Array;
  /** Member id → 64 bytes. */
  readonly signatures: ReadonlyMap<string, Uint8Array>;
}

/** The document of a parsed value. Throws `schema` and `encoding`. */
export function readDocument(value: Json): SignedDocument {
  const { body, signatures } = exactKeys(value, ['body', 'signatures']);
  demand(isObject(body), 'body');
  const bySigner = new Map<string, Uint8Array>();
  let last = '';
  for (const entry of array(signatures)) {
    const { member, signature } = exactKeys(entry, ['member', 'signature']);
    demand(isMemberId(member) && member > last, 'order of signatures');
    bySigner.set(member, unb64(signature, signing.SIGNATURE_SIZE));
    last = member;
  }
  return document(body, bySigner);
}

/** A document of a body. Throws `encoding` for a body that canonical JSON cannot say. */
export function document(body: JsonObject, signatures: ReadonlyMap<string, Uint8Array>): SignedDocument {
  const canonicalBody = canonical(body);
  return { body, canonicalBody, id: derive(LABELS.documentId, NOTHING, canonicalBody, 32), signatures };
}

/** The value to write as canonical JSON. */
export function documentValue(document: SignedDocument): JsonObject {
  const signers = [...document.signatures.keys()].sort();
  const signatures = signers.map((member) => ({ member, signature: b64(document.signatures.get(member)!) }));
  return { body: document.body, signatures };
}

/**
 * Throws `roster-majority` unless a strict majority of `keys` (member id → 32 bytes), at least two, signed. A signature by
 * anybody else, or a wrong one, refuses the whole document.
 */
export function checkMajority(label: DocumentLabel, document: SignedDocument, keys: ReadonlyMap<string, Uint8Array>): void {
  for (const [member, signature] of document.signatures) {
    const key = keys.get(member);
    if (key === undefined) throw new Refused('roster-majority', `${member} has no vote`);
    try {
      signing.verify(label, key, document.canonicalBody, signature);
    } catch {
      throw new Refused('roster-majority', `signature of ${member}`);
    }
  }
  const needed = Math.max(LEAST_SIGNATURES, Math.floor(keys.size / 2) + 1);
  if (document.signatures.size < needed) throw new Refused('roster-majority', `fewer than ${needed} signatures`);
}
