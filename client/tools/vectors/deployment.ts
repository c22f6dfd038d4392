import { b64, canonical, type Json, type JsonObject } from '../../src/crypto/encoding.ts';
import type { Reason } from '../../src/crypto/errors.ts';
import { documentValue, type SignedDocument } from '../../src/crypto/documents.ts';
import { LABELS } from '../../src/crypto/hashing.ts';
import { contentHash } from '../../test/reference/deployment.ts';
import { Cases, hex, seeded, text, type Case, type Fields } from './case.ts';
import {
  anna,
  bo,
  cia,
  dan,
  deployment,
  filip,
  firstRoster,
  otherDeployment,
  secondRoster,
  signedBy,
  written,
  type Person,
} from './world.ts';

const PARAMETERS = {
  intake_days: 30,
  intake_shards: 1,
  min_recipients: 3,
  pow_bits: 0,
  volumes: [
    { shards: 1, year: 2026 },
    { shards: 4, year: 2027 },
  ],
};

const CONTENT: JsonObject = {
  catalogue: { tables: [] },
  contacts: [],
  name: { en: 'Example municipality', sv: 'Exempel kommun' },
  organisations: [],
  owner: { en: 'The safety representatives', sv: 'Skyddsombuden' },
  questionnaire: { questions: [] },
  taxonomy: {},
  texts: { start: { en: 'Welcome', sv: 'Välkommen' } },
};

function bodyOf(changes: JsonObject = {}): JsonObject {
  return {
    content: b64(contentHash(CONTENT)),
    day: '2026-01-20',
    deployment: b64(deployment),
    kind: 'deployment',
    parameters: PARAMETERS,
    previous: '',
    roster: 1,
    suite: 1,
    version: 1,
    ...changes,
  };
}

function signed(changes: JsonObject = {}, signers: readonly Person[] = [anna, bo, dan]): SignedDocument {
  return signedBy(bodyOf(changes), signers, LABELS.signDeployment);
}

function verifying(document: SignedDocument): Fields {
  return {
    operation: 'verify',
    text: written(document),
    documents: [firstRoster, secondRoster].map(written),
    anchor: hex(firstRoster.id),
  };
}

const first = signed();
const after = { day: '2026-02-10', previous: b64(first.id), roster: 2, version: 2 };

export function deploymentCases(): Case[] {
  const cases = new Cases();
  const accepts = (name: string, comment: string, document: SignedDocument): void =>
    cases.succeeds(name, comment, verifying(document), { id: hex(document.id), version: document.body.version });
  const refuses = (name: string, reason: Reason, comment: string, document: SignedDocument): void =>
    cases.refuses(name, reason, comment, verifying(document));
  accepts('first', 'Signed by three of five.', first);
  accepts(
    'under-the-second-roster',
    'Signed by four of six, one of whom has just joined.',
    signed(after, [anna, bo, dan, filip]),
  );
  refuses('minority', 'roster-majority', 'Two of five.', signed({}, [anna, bo]));
  refuses('no-signature', 'roster-majority', 'Nobody.', signed({}, []));
  refuses('half', 'roster-majority', 'Three of six.', signed(after, [anna, bo, dan]));
  refuses('by-a-stranger', 'roster-majority', 'Filip had no vote under version 1.', signed({}, [anna, bo, dan, filip]));
  refuses(
    'signed-as-a-roster',
    'roster-majority',
    'Signatures of another purpose.',
    signedBy(bodyOf(), [anna, bo, dan], LABELS.signRoster),
  );
  refuses('another-deployment', 'deployment', 'Of another deployment.', signed({ deployment: b64(otherDeployment) }));
  refuses(
    'roster-not-in-force',
    'roster-chain',
    'Version 1 was replaced by then.',
    signed({ ...after, roster: 1 }, [anna, bo, cia]),
  );
  refuses(
    'roster-pending',
    'roster-chain',
    'Version 2 was not active yet.',
    signed({ day: '2026-02-03', roster: 2 }, [anna, bo, dan, cia]),
  );
  refuses('roster-unknown', 'roster-chain', 'There is no version 3.', signed({ ...after, roster: 3 }, [anna, bo, dan, cia]));
  refuses('day-before-any-roster', 'roster-chain', 'No version was active.', signed({ day: '2026-01-01' }));
  refuses('version-1-with-previous', 'roster-chain', 'Nothing is before version 1.', signed({ previous: b64(first.id) }));
  refuses(
    'version-2-without-previous',
    'roster-chain',
    'Version 2 has one before.',
    signed({ ...after, previous: '' }, [anna, bo, dan, cia]),
  );
  addForms(cases, refuses);
  addSuccessions(cases);
  addFiles(cases);
  return cases.list;
}

function addForms(
  cases: Cases,
  refuses: (name: string, reason: Reason, comment: string, document: SignedDocument) => void,
): void {
  refuses('kind', 'schema', 'Says it is a roster.', signed({ kind: 'roster' }));
  refuses('suite', 'schema', 'Another suite.', signed({ suite: 2 }));
  refuses('suite-true', 'schema', 'true is not 1.', signed({ suite: true }));
  refuses('version-0', 'schema', 'Versions start at 1.', signed({ version: 0 }));
  refuses('roster-text', 'schema', 'A number.', signed({ roster: '1' }));
  refuses('day', 'schema', 'A day that exists.', signed({ day: '2026-02-30' }));
  refuses('extra-key', 'schema', 'A key too many.', signed({ extra: 1 }));
  for (const key of Object.keys(bodyOf())) {
    const { [key]: _, ...body } = bodyOf();
    refuses(`without-${key}`, 'schema', 'A key is missing.', signedBy(body, [anna, bo, dan], LABELS.signDeployment));
  }
  refuses('deployment-short', 'encoding', '15 bytes.', signed({ deployment: b64(deployment.slice(1)) }));
  refuses('content-short', 'encoding', '31 bytes.', signed({ content: b64(contentHash(CONTENT).slice(1)) }));
  refuses('content-number', 'encoding', 'b64.', signed({ content: 1 }));
  refuses('content-itself', 'encoding', 'The content in place of its hash.', signed({ content: CONTENT }));
  refuses('with-a-key-of-the-content', 'schema', 'Texts have their place in the content.', signed({ texts: CONTENT.texts! }));
  refuses('previous-number', 'encoding', 'b64 or empty.', signed({ previous: 0 }));
  refuses('parameters-array', 'schema', 'An object.', signed({ parameters: [] }));
  refuses('previous-short', 'encoding', '31 bytes.', signed({ ...after, previous: b64(seeded('x')(31)) }, [anna, bo, dan, cia]));
  const parameter = (name: string, changes: JsonObject): void =>
    refuses(
      `parameters-${name}`,
      'schema',
      'A parameter outside its range.',
      signed({ parameters: { ...PARAMETERS, ...changes } }),
    );
  parameter('pow-bits-negative', { pow_bits: -1 });
  parameter('pow-bits-true', { pow_bits: true });
  parameter('intake-days-0', { intake_days: 0 });
  parameter('intake-shards-3', { intake_shards: 3 });
  parameter('intake-shards-0', { intake_shards: 0 });
  parameter('min-recipients-0', { min_recipients: 0 });
  parameter('volume-shards-6', { volumes: [{ shards: 6, year: 2026 }] });
  parameter('volume-extra-key', { volumes: [{ extra: 1, shards: 1, year: 2026 }] });
  parameter('volume-year-text', { volumes: [{ shards: 1, year: '2026' }] });
  parameter('volumes-object', { volumes: {} });
  const value = documentValue(first);
  const doubled = { ...value, signatures: [...(value.signatures as JsonObject[]), (value.signatures as JsonObject[]).at(-1)!] };
  cases.refuses('signature-doubled', 'schema', 'One member signs twice.', {
    ...verifying(first),
    text: text(canonical(doubled)),
  });
  cases.refuses('not-canonical', 'encoding', 'A space before the file.', { ...verifying(first), text: ` ${written(first)}` });
}

function addSuccessions(cases: Cases): void {
  const signers = [anna, bo, dan, cia];
  const input = (newer: SignedDocument, older = first): Fields => ({
    ...verifying(newer),
    operation: 'succession',
    older: written(older),
  });
  const refuses = (name: string, comment: string, changes: JsonObject): void =>
    cases.refuses(`succession-${name}`, 'roster-chain', comment, input(signed({ ...after, ...changes }, signers)));
  const added = { parameters: { ...PARAMETERS, volumes: [...PARAMETERS.volumes, { shards: 8, year: 2028 }] } };
  cases.succeeds('succession', 'Version 2 adds a volume.', input(signed({ ...after, ...added }, signers)));
  refuses('version-skipped', 'Version 3 after version 1.', { version: 3 });
  refuses('another-previous', 'Names something else before it.', { previous: b64(seeded('x')(32)) });
  refuses('shards-changed', 'The shards of a volume never change.', {
    parameters: {
      ...PARAMETERS,
      volumes: [
        { shards: 2, year: 2026 },
        { shards: 4, year: 2027 },
      ],
    },
  });
  const third = { ...after, day: '2026-02-09', previous: b64(signed(after, signers).id), version: 3 };
  cases.refuses(
    'succession-day-before-the-last',
    'roster-chain',
    'Dated before the version before.',
    input(signed(third, signers), signed(after, signers)),
  );
}

/** Signed document and content, as the site takes them and panels read them. */
function addFiles(cases: Cases): void {
  const { catalogue, ...withoutCatalogue } = CONTENT;
  const input = (content: Json, document = first): Fields => ({
    ...verifying(first),
    operation: 'file',
    text: text(canonical({ content, document: documentValue(document) })),
  });
  const refuses = (name: string, reason: Reason, comment: string, content: Json, document = first): void =>
    cases.refuses(`file-${name}`, reason, comment, input(content, document));
  cases.succeeds('file', 'The content has the hash that is signed.', input(CONTENT), {
    content: hex(contentHash(CONTENT)),
    id: hex(first.id),
  });
  const identity = { accent: { dark: '#ffb3c7', light: '#8a1f42' } };
  const coloured = signed({ content: b64(contentHash({ ...CONTENT, identity })) });
  cases.succeeds('file-identity', 'Colours of its own; whether people can read them is for whoever proposes or shows them.', input({ ...CONTENT, identity }, coloured), {
    content: hex(contentHash({ ...CONTENT, identity })),
    id: hex(coloured.id),
  });
  refuses('identity-not-named', 'content', 'Colours that nobody signed.', { ...CONTENT, identity });
  refuses('another-text', 'content', 'One letter.', { ...CONTENT, texts: { start: { en: 'Welcome', sv: 'Välkommet' } } });
  refuses('another-type', 'content', 'An empty list is no empty object.', { ...CONTENT, taxonomy: [] });
  refuses('content-missing-a-key', 'schema', 'The catalogue is missing.', withoutCatalogue);
  refuses('content-with-parameters', 'schema', 'They stand in the document.', { ...CONTENT, parameters: PARAMETERS });
  refuses('content-array', 'schema', 'An object.', [CONTENT, catalogue!]);
  const unsigned = signed({}, [anna, bo]);
  refuses('minority', 'roster-majority', 'The content is right, the signatures are too few.', CONTENT, unsigned);
  const forged = signedBy(bodyOf({ content: b64(contentHash({ ...CONTENT, contacts: [{ phone: '070-1' }] })) }), []);
  const borrowed = { ...forged, signatures: first.signatures };
  const comment = 'Hash and content are changed together, under the signatures that were there.';
  refuses('forged', 'roster-majority', comment, { ...CONTENT, contacts: [{ phone: '070-1' }] }, borrowed);
  const bare = { ...verifying(first), operation: 'file' };
  cases.refuses('file-without-content', 'schema', 'The document alone.', bare);
  const more = text(canonical({ content: CONTENT, document: documentValue(first), extra: 1 }));
  cases.refuses('file-extra-key', 'schema', 'A key too many.', { ...bare, text: more });
  cases.refuses('file-not-canonical', 'encoding', 'A space before the file.', { ...bare, text: ` ${input(CONTENT).text as string}` });
}
