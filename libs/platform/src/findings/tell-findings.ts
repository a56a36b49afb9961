import { createHash } from 'node:crypto';
import type { Finding } from '#contracts';
import type { EventStream, OutgoingMessage } from '../stream/event-stream.ts';

/** Puts findings onto the stream, in their order. Told again, they are the same messages. */
export async function tellFindings(stream: EventStream, findings: readonly Finding[]): Promise<void> {
  if (findings.length > 0) await stream.publish('findings', findings.map(messageOf));
}

function messageOf(finding: Finding): OutgoingMessage {
  const { id, tenant, state, at } = finding;
  return {
    // Opening and end of one finding keep their order.
    key: id,
    headers: { tenant, keyId: '', events: 1, beaconId: uuidOf(`${tenant}\n${id}\n${state}\n${at}`) },
    value: Buffer.from(`${JSON.stringify(finding)}\n`),
  };
}

/** The stream knows messages again by a UUID: version 8 over SHA-256, https://www.rfc-editor.org/rfc/rfc9562#section-5.8 */
function uuidOf(name: string): string {
  const bytes = createHash('sha256').update(name).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
