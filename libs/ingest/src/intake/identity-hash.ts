import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/**
 * Ids become 64 bits of HMAC-SHA256 under a key of the project, itself derived from the installation's secret: the same
 * person is the same number within a project, unlinkable across projects, and nobody without the secret can check a guess.
 */
export class IdentityHash {
  readonly #tenantKeys = new Map<string, KeyObject>();

  constructor(private readonly secret: Buffer) {}

  /** Decimal text of an unsigned 64-bit number; `0` for an empty id. */
  hash(tenant: string, kind: 'session' | 'user' | 'widget', id: string): string {
    if (id === '') return '0';
    const digest = createHmac('sha256', this.#keyOf(tenant)).update(`${kind}\0${id}`).digest();
    return digest.readBigUInt64LE(0).toString();
  }

  #keyOf(tenant: string): KeyObject {
    const known = this.#tenantKeys.get(tenant);
    if (known) return known;
    // A key given as bytes is made into such an object at every hash, which takes four times as long as the hash.
    const key = createSecretKey(createHmac('sha256', this.secret).update(tenant).digest());
    this.#tenantKeys.set(tenant, key);
    return key;
  }
}
