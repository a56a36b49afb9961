import type { Block, StoredMessage } from '#platform';

const newline = 0x0a;
const brace = 0x7b;

/** A message whose value is not lines of JSON objects; such a message can never be inserted. */
export class MessageInvalid extends Error {
  override readonly name = 'MessageInvalid';
}

/**
 * A block's rows in one buffer, each with the identity of its event put in front: partition, offset, place. The lines
 * themselves are copied, not parsed.
 */
export function stampRows(block: Pick<Block, 'partition' | 'messages'>): Buffer {
  const pieces: Buffer[] = [];
  for (const message of block.messages) stampMessage(block.partition, message, pieces);
  return Buffer.concat(pieces);
}

function stampMessage(partition: number, { offset, value }: StoredMessage, pieces: Buffer[]): void {
  let index = 0;
  for (let at = 0; at < value.length; index++) {
    const found = value.indexOf(newline, at);
    const end = found < 0 ? value.length : found + 1;
    if (value[at] !== brace) throw new MessageInvalid(`line ${index} of message ${offset} is not a JSON object`);
    pieces.push(Buffer.from(`{"src_partition":${partition},"src_offset":${offset},"src_index":${index},`), value.subarray(at + 1, end));
    if (found < 0) pieces.push(Buffer.from('\n'));
    at = end;
  }
}
