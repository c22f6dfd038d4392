/**
 * The signed document of the deployment file (docs/protocol.md §10). What people are asked and told is not in it, only its hash:
 * the site writes that into its pages, and nothing here compares them.
 */
import { b64, equal, unb64, type Json } from './encoding.ts';
import { checkMajority, readDocument, type SignedDocument } from './documents.ts';
import { Refused } from './errors.ts';
import { LABELS } from './hashing.ts';
import { inForce, votingKeys, type Chain } from './roster.ts';
import { array, day, exactKeys, isInteger, isObject, demand } from './schema.ts';

const KEYS = ['content', 'day', 'deployment', 'kind', 'parameters', 'previous', 'roster', 'suite', 'version'];
const MOST_VERSION = 2 ** 31;
const MOST_POW_BITS = 40;
const MOST_DAYS = 365;
const MOST_SHARDS = 2 ** 15;

/** What readers of the protocol use of `parameters`; there may be more. */
export interface Parameters {
  readonly powBits: number;
  readonly intakeDays: number;
  readonly intakeShards: number;
  /** Volume (a year) → number of shards. */
  readonly volumes: ReadonlyMap<number, number>;
  readonly minRecipients: number;
}

/** A deployment version that the roster's majority carries. */
export interface Deployment {
  readonly document: SignedDocument;
  /** 16 bytes. */
  readonly deployment: Uint8Array;
  readonly version: number;
  readonly previous: string;
  readonly day: string;
  /** Roster version that signed. */
  readonly roster: number;
  readonly parameters: Parameters;
}

/**
 * The deployment version of a parsed value, carried by `chain`. Throws `schema` and `encoding` for form, `deployment` when it
 * is another one's, `roster-chain` when it names a roster version that was not in force on its day, `roster-majority`.
 */
export function verifyDeployment(value: Json, chain: Chain): Deployment {
  const found = readDeployment(readDocument(value));
  if (!equal(found.deployment, chain[0]!.deployment)) throw new Refused('deployment', 'of another deployment');
  const roster = inForce(chain, found.day);
  if (roster.version !== found.roster) throw new Refused('roster-chain', 'roster not in force on its day');
  checkMajority(LABELS.signDeployment, found.document, votingKeys(roster));
  return found;
}

/**
 * Throws `roster-chain` unless `newer` follows `older`: version one more, `previous` its id, day and roster not before, and
 * the shards of every volume in both the same.
 */
export function checkSuccession(older: Deployment, newer: Deployment): void {
  const named = newer.version === older.version + 1 && newer.previous === b64(older.document.id);
  if (!named || !equal(newer.deployment, older.deployment)) throw new Refused('roster-chain', 'does not follow');
  if (newer.day < older.day || newer.roster < older.roster) throw new Refused('roster-chain', 'goes back in time');
  const now = newer.parameters.volumes;
  const changed = [...older.parameters.volumes].some(([year, shards]) => (now.get(year) ?? shards) !== shards);
  if (changed) throw new Refused('roster-chain', 'shards changed');
}

/** One version by itself, signatures not looked at. Throws `schema` and `encoding`. */
export function readDeployment(document: SignedDocument): Deployment {
  const body = exactKeys(document.body, KEYS);
  const { kind, previous, roster, suite, version } = body;
  demand(kind === 'deployment' && suite === 1, 'kind or suite');
  demand(isInteger(version, 1, MOST_VERSION) && isInteger(roster, 1, MOST_VERSION), 'version');
  if (previous !== '') unb64(previous, 32);
  unb64(body.content, 32);
  if ((previous === '') !== (version === 1)) throw new Refused('roster-chain', 'only version 1 has none before');
  return {
    document,
    deployment: unb64(body.deployment, 16),
    version,
    previous: previous as string,
    day: day(body.day),
    roster,
    parameters: readParameters(body.parameters),
  };
}

function readParameters(value: Json | undefined): Parameters {
  demand(isObject(value), 'parameters');
  const { intake_days, intake_shards, min_recipients, pow_bits } = value;
  demand(isInteger(pow_bits, 0, MOST_POW_BITS), 'pow_bits');
  demand(isInteger(intake_days, 1, MOST_DAYS), 'intake_days');
  demand(isShards(intake_shards), 'intake_shards');
  demand(isInteger(min_recipients, 1, 16), 'min_recipients');
  const volumes = array(value.volumes).map((volume): [number, number] => {
    const { shards, year } = exactKeys(volume, ['shards', 'year']);
    demand(isInteger(year, 2000, 9999) && isShards(shards), 'volume');
    return [year, shards];
  });
  return {
    powBits: pow_bits,
    intakeDays: intake_days,
    intakeShards: intake_shards,
    volumes: new Map(volumes),
    minRecipients: min_recipients,
  };
}

/** A power of two, 1…32 768. */
function isShards(value: unknown): value is number {
  return isInteger(value, 1, MOST_SHARDS) && (value & (value - 1)) === 0;
}
