import { createHash } from 'node:crypto';

/** The id itself where it may stand anywhere, in a header or left of an @; otherwise a hash of it. */
export function plainId(id: string): string {
  return /^[A-Za-z0-9_-]{1,64}$/.test(id) ? id : createHash('sha256').update(id).digest('hex');
}
