import { crc32 } from 'node:zlib';
import type { OutgoingMessage, StoredMessage } from './event-stream.ts';

/**
 * A frame is what one fsync makes durable: all its messages or none.
 * Layout, big endian: u32 body length, u32 CRC-32 of the body, body. Body: u64 first offset, f64 stored at (ms since
 * 1970), u32 message count, then per message u32 header length, header (JSON), u32 value length, value.
 */
export interface Frame {
  readonly firstOffset: number;
  readonly storedAt: number;
  readonly messages: readonly StoredMessage[];
  /** Bytes of the whole frame in the file. */
  readonly size: number;
}

export const frameHeadBytes = 8;
const bodyHeadBytes = 20;

export function encodeFrame(firstOffset: number, storedAt: number, messages: readonly OutgoingMessage[]): Buffer {
  const heads = messages.map((message) => JSON.stringify([message.key, message.headers]));
  const headBytes = heads.map((head) => Buffer.byteLength(head));
  const size = messages.reduce((sum, message, i) => sum + 8 + headBytes[i]! + message.value.length, frameHeadBytes + bodyHeadBytes);
  const frame = Buffer.allocUnsafe(size);
  let at = frameHeadBytes;
  at = frame.writeBigUInt64BE(BigInt(firstOffset), at);
  at = frame.writeDoubleBE(storedAt, at);
  at = frame.writeUInt32BE(messages.length, at);
  messages.forEach((message, i) => {
    at = frame.writeUInt32BE(headBytes[i]!, at);
    at += frame.write(heads[i]!, at);
    at = frame.writeUInt32BE(message.value.length, at);
    at += message.value.copy(frame, at);
  });
  frame.writeUInt32BE(size - frameHeadBytes, 0);
  frame.writeUInt32BE(crc32(frame.subarray(frameHeadBytes)), 4);
  return frame;
}

/** Size of the frame that starts at `at`, or 0 where fewer bytes than its head are there. */
export function frameSize(bytes: Buffer, at: number): number {
  return bytes.length - at < frameHeadBytes ? 0 : frameHeadBytes + bytes.readUInt32BE(at);
}

/** The frame at `at`, or undefined where it is incomplete or damaged. Values are views into `bytes`. */
export function decodeFrame(bytes: Buffer, at: number): Frame | undefined {
  const size = frameSize(bytes, at);
  if (size < frameHeadBytes + bodyHeadBytes || bytes.length - at < size) return undefined;
  const body = bytes.subarray(at + frameHeadBytes, at + size);
  if (crc32(body) !== bytes.readUInt32BE(at + 4)) return undefined;
  const [firstOffset, storedAt] = [Number(body.readBigUInt64BE(0)), body.readDoubleBE(8)];
  return { firstOffset, storedAt, messages: decodeMessages(body, firstOffset, storedAt), size };
}

function decodeMessages(body: Buffer, firstOffset: number, storedAt: number): StoredMessage[] {
  const count = body.readUInt32BE(16);
  const messages: StoredMessage[] = [];
  let at = bodyHeadBytes;
  for (let i = 0; i < count; i++) {
    const headEnd = at + 4 + body.readUInt32BE(at);
    const [key, headers] = JSON.parse(body.toString('utf8', at + 4, headEnd));
    const valueEnd = headEnd + 4 + body.readUInt32BE(headEnd);
    messages.push({ offset: firstOffset + i, storedAt, key, headers, value: body.subarray(headEnd + 4, valueEnd) });
    at = valueEnd;
  }
  return messages;
}
