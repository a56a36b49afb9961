import type { Finding } from '#contracts';
import type { EventStream, OutgoingMessage } from '../stream/event-stream.ts';
import { messageId } from '../stream/message-id.ts';

/** Puts findings onto the stream, in their order. Told again, they are the same messages. */
export async function tellFindings(stream: EventStream, findings: readonly Finding[]): Promise<void> {
  if (findings.length > 0) await stream.publish('findings', findings.map(messageOf));
}

function messageOf(finding: Finding): OutgoingMessage {
  const { id, tenant, state, at } = finding;
  return {
    // Opening and end of one finding keep their order.
    key: id,
    headers: { tenant, keyId: '', events: 1, beaconId: messageId(`${tenant}\n${id}\n${state}\n${at}`) },
    value: Buffer.from(`${JSON.stringify(finding)}\n`),
  };
}
