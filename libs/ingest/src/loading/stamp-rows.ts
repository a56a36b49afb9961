import type { Block, StoredMessage } from '#platform';

type Stamped = Pick<StoredMessage, 'offset' | 'value'>;

const newline = 0x0a;
const brace = 0x7b;

/** A message whose value is not lines of JSON objects; such a message can never be inserted. */
export class MessageInvalid extends Error {
  override readonly name = 'MessageInvalid';
}

/** `{"src_partition":65535,"src_offset":9007199254740991,"src_index":65535,` and a newline, at most. */
const longestStamp = 80;

/** Messages stamped in one go; between them others get their turn on the event loop. */
const messagesAtOnce = 200;

/**
 * A block's rows in one buffer, each with the identity of its event put in front: partition, offset, place. The lines
 * themselves are copied, not parsed.
 */
export async function stampRows({
  partition,
  messages,
}: Pick<Block, 'partition'> & { readonly messages: readonly Stamped[] }): Promise<Buffer> {
  const size = messages.reduce((sum, { value }) => sum + value.length + countLines(value) * longestStamp, 0);
  const rows = Buffer.allocUnsafe(size);
  let end = 0;
  for (const [n, message] of messages.entries()) {
    if (n > 0 && n % messagesAtOnce === 0) await new Promise(setImmediate);
    end = stampMessage(partition, message, rows, end);
  }
  return rows.subarray(0, end);
}

function countLines(value: Buffer): number {
  let lines = 0;
  for (let at = 0; at < value.length; lines += 1) {
    const found = value.indexOf(newline, at);
    at = found < 0 ? value.length : found + 1;
  }
  return lines;
}

function stampMessage(partition: number, { offset, value }: Stamped, rows: Buffer, start: number): number {
  const identity = `{"src_partition":${partition},"src_offset":${offset},"src_index":`;
  let end = start;
  let index = 0;
  for (let at = 0; at < value.length; index += 1) {
    const found = value.indexOf(newline, at);
    const next = found < 0 ? value.length : found + 1;
    if (value[at] !== brace) throw new MessageInvalid(`line ${index} of message ${offset} is not a JSON object`);
    end += rows.write(`${identity}${index},`, end, 'latin1');
    end += value.copy(rows, end, at + 1, next);
    if (found < 0) rows[end++] = newline;
    at = next;
  }
  return end;
}
