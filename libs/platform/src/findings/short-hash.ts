import { createHash } from 'node:crypto';

/** 96 bits of SHA-256, as every id of a finding. */
export function shortHash(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 24);
}
