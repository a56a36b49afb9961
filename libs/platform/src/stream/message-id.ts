import { createHash } from 'node:crypto';

/** The stream knows messages again by a UUID: version 8 over SHA-256, https://www.rfc-editor.org/rfc/rfc9562#section-5.8 */
export function messageId(name: string): string {
  const bytes = createHash('sha256').update(name).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
