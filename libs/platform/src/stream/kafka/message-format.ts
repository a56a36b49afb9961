import type { KafkaMessage, Message } from 'kafkajs';
import type { MessageHeaders } from '#contracts';
import type { OutgoingMessage, StoredMessage } from '../event-stream.ts';

/** About what a message takes in a record batch beside its value. */
const overheadBytes = 200;

export function sizeOf(messages: readonly OutgoingMessage[]): number {
  return messages.reduce((sum, { value }) => sum + value.length + overheadBytes, 0);
}

export function toKafka({ key, headers, value }: OutgoingMessage): Message {
  const { tenant, keyId, events, beaconId } = headers;
  return { key, value, headers: { tenant, keyId, events: String(events), beaconId } };
}

export function fromKafka({ key, headers, offset, timestamp, value }: KafkaMessage): StoredMessage {
  const place = { offset: Number(offset), storedAt: Number(timestamp) };
  return { key: key?.toString() ?? '', headers: toHeaders(headers ?? {}), ...place, value: value ?? Buffer.alloc(0) };
}

function toHeaders(headers: NonNullable<KafkaMessage['headers']>): MessageHeaders {
  const text = (name: string) => headers[name]?.toString() ?? '';
  return { tenant: text('tenant'), keyId: text('keyId'), events: Number(text('events')), beaconId: text('beaconId') };
}
