/** A deployment file: signed document and content (docs/protocol.md §10). Panels and site read it, the browser does not. */
import { b64, canonical, type Json, type JsonObject } from '../../src/crypto/encoding.ts';
import { readDocument, type SignedDocument } from '../../src/crypto/documents.ts';
import { Refused } from '../../src/crypto/errors.ts';
import { derive, LABELS, NOTHING } from '../../src/crypto/hashing.ts';
import { exactKeys } from '../../src/crypto/schema.ts';

const CONTENT_KEYS = ['catalogue', 'contacts', 'name', 'organisations', 'owner', 'questionnaire', 'taxonomy', 'texts'];

/** 32 bytes by which a signed document names its content. */
export function contentHash(content: JsonObject): Uint8Array {
  return derive(LABELS.content, NOTHING, canonical(content), 32);
}

/** The document of a parsed file, signatures not looked at. Throws `schema`, `encoding` and `content`. */
export function readDeploymentFile(value: Json): SignedDocument {
  const file = exactKeys(value, ['content', 'document']);
  const document = readDocument(file.document!);
  const optional = Object.keys(Object(file.content)).filter((key) => key === 'identity');
  const content = exactKeys(file.content, [...CONTENT_KEYS, ...optional]);
  if (document.body.content !== b64(contentHash(content))) throw new Refused('content', 'another content');
  return document;
}
