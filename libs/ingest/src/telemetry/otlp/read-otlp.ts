import type { Refusal } from '../../intake/arrival.ts';
import type { Message } from './message.ts';
import type { OtlpEncoding } from './otlp-answer.ts';
import { readJson } from './read-json.ts';
import { readProtobuf } from './read-protobuf.ts';
import { Unreadable } from './reading.ts';

/** A request from its bytes, or why it cannot be read. */
export function readOtlp<T extends object>(message: Message<T>, body: Buffer, encoding: OtlpEncoding): T | Refusal {
  try {
    return encoding === 'json' ? readJson(message, body) : readProtobuf(message, body);
  } catch (error) {
    if (error instanceof Unreadable) return error.refusal;
    throw error;
  }
}
