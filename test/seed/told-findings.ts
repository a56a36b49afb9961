import { randomUUID } from 'node:crypto';
import { type Finding, findingSchema } from '#contracts';
import type { EventStream, StoredMessage } from '#platform';

/** Every message on the topic of findings so far, as somebody reads it who reads it for the first time. */
export async function findingMessages(stream: EventStream): Promise<StoredMessage[]> {
  const read: StoredMessage[] = [];
  const group = `reader-${randomUUID()}`;
  const bounds = { maxMessages: 100, maxBytes: 1e6, lingerMs: 0 };
  const stop = await stream.consume({ topic: 'findings', group, ...bounds }, async ({ messages }) => void read.push(...messages));
  while ((await stream.lag('findings', group)).messages > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await stop();
  return read;
}

export async function toldFindings(stream: EventStream): Promise<Finding[]> {
  return (await findingMessages(stream)).map(({ value }) => findingSchema.parse(JSON.parse(value.toString())));
}
