import { createHash } from 'node:crypto';

/** Of a request's bytes: a client that sends it again sends the same. */
export function digestOf(tenant: string, body: Buffer): Buffer {
  return createHash('sha256').update(`${tenant}\0`).update(body).digest();
}

/**
 * The id of a part of a request, for recognising repeats of it: protocols without an id of their own are sent again byte by byte. A UUID
 * of version 8 (RFC 9562, 5.8), which carries no time.
 */
export function partId(digest: Buffer, part: string): string {
  const hex = createHash('sha256').update(digest).update(part).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
