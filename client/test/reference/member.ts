/** What a member's 32-byte secret gives (docs/protocol.md §12). */
import { derive, LABELS, NOTHING } from '../../src/crypto/hashing.ts';
import { keyPair, type KeyPair } from '../../src/crypto/kem.ts';
import { publicKey } from '../../src/crypto/signing.ts';

export interface MemberKeys {
  readonly kemSeed: Uint8Array;
  readonly kem: KeyPair;
  readonly signSeed: Uint8Array;
  readonly signPublicKey: Uint8Array;
  readonly cacheKey: Uint8Array;
}

export function memberKeys(secret: Uint8Array): MemberKeys {
  const kemSeed = derive(LABELS.memberKem, secret, NOTHING, 32);
  const signSeed = derive(LABELS.memberSign, secret, NOTHING, 32);
  const cacheKey = derive(LABELS.memberCache, secret, NOTHING, 32);
  return { kemSeed, kem: keyPair(kemSeed), signSeed, signPublicKey: publicKey(signSeed), cacheKey };
}
