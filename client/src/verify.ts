/** What one must know to write or read here, believed only after its signatures are checked (docs/protocol.md §9, §10). */
import { verifyDeployment, type Deployment } from './crypto/deployment.ts';
import { b64, unb64 } from './crypto/encoding.ts';
import { checkedKeys, inForce, readRosterFile, verifyChain, type Chain, type Member, type Role, type Roster } from './crypto/roster.ts';
import { getDocument, Unreachable } from './site-client.ts';

export interface Setting {
  readonly chain: Chain;
  /** The version in force today. */
  readonly roster: Roster;
  /** Member id → X-Wing public key, checked against the roster. */
  readonly keys: ReadonlyMap<string, Uint8Array>;
  readonly deployment: Deployment;
  /** 16 bytes. */
  readonly deploymentId: Uint8Array;
  /** YYYY-MM-DD. */
  readonly today: string;
}

/** Why the page must not be used; `key` names the sentence to show. */
export class Untrusted extends Error {
  constructor(readonly key: 'not-signed' | 'other-version') {
    super(key);
  }
}

/**
 * Roster and deployment file from the site, checked against the anchor and the version that this page was made with.
 * Throws `Unreachable` and `Untrusted`.
 */
export async function loadSetting(today: string): Promise<Setting> {
  const page = document.documentElement.dataset;
  const [rosterValue, deploymentValue] = await Promise.all([trusted(getDocument('/v1/roster')), trusted(getDocument('/v1/deployment'))]);
  const setting = await trusted(
    Promise.resolve().then(() => {
      const file = readRosterFile(rosterValue);
      const chain = verifyChain(file.documents, unb64(page.anchor ?? '', 32));
      const roster = inForce(chain, today);
      const deployment = verifyDeployment(deploymentValue, chain);
      return { chain, roster, keys: checkedKeys(roster, file.keys), deployment, deploymentId: roster.deployment, today };
    }),
  );
  if (b64(setting.deployment.document.id) !== page.deployment) throw new Untrusted('other-version');
  return setting;
}

async function trusted<Value>(work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Unreachable) throw error;
    throw new Untrusted('not-signed');
  }
}

/** Members of a role to whose keys one may seal today. */
export function current(setting: Setting, role: Role): Member[] {
  return [...setting.roster.members.values()].filter((member) => member.role === role && member.expires >= setting.today);
}

/** The same text for the same readers with the same keys: what a person has seen and agreed to. */
export function readersKey(setting: Setting): string {
  const readers = [...current(setting, 'investigator'), ...current(setting, 'witness')];
  return readers.map((member) => `${member.id} ${member.name} ${member.role} ${b64(member.sign)} ${b64(member.kemHash)}`).join('\n');
}
