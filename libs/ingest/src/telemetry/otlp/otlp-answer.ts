import type { RejectReason } from '#contracts';
import type { Refusal } from '../../intake/arrival.ts';
import { statusOfRefusal } from '../../intake/send-refusal.ts';
import { countReasons, type TelemetryReceipt } from '../telemetry-batch.ts';
import type { OtlpSignal } from './otlp-signals.ts';

/** The two ways in which a request may be written; its answer is written the same way. */
export type OtlpEncoding = 'json' | 'protobuf';
export const contentTypes: Readonly<Record<OtlpEncoding, string>> = { json: 'application/json', protobuf: 'application/x-protobuf' };

export interface OtlpAnswer {
  readonly status: number;
  readonly body: string | Buffer;
  readonly retryAfterSeconds?: number;
}

/** What became of a request that was taken, or why it was not. */
export function answerOf(receipt: TelemetryReceipt, rejected: OtlpSignal<object>['rejected'], encoding: OtlpEncoding): OtlpAnswer {
  if ('refusal' in receipt) return refusalAnswer(receipt.refusal, encoding);
  const count = receipt.refused.length;
  if (count === 0) return { status: 200, body: encoding === 'json' ? '{}' : Buffer.alloc(0) };
  const errorMessage = [...countReasons(receipt.refused)]
    .map(([reason, n]) => `${n} ${reason}: ${firstOf(receipt.refused, reason)}`)
    .join('; ');
  if (encoding === 'json') return { status: 200, body: JSON.stringify({ partialSuccess: { [rejected]: String(count), errorMessage } }) };
  return { status: 200, body: bytesField(1, Buffer.concat([numberField(1, count), bytesField(2, errorMessage)])) };
}

type Refused = readonly { readonly refusal: Refusal }[];
const firstOf = (refused: Refused, reason: RejectReason) =>
  refused.find(({ refusal }) => refusal.refused === reason)?.refusal.message ?? '';

/** google.rpc.Code of what HTTP calls it: https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto. */
const rpcCodes: Readonly<Record<number, number>> = { 401: 16, 403: 7, 404: 12, 408: 4, 429: 8, 503: 14 };
const invalidArgument = 3;

/** google.rpc.Status, whose message begins with the reason. */
function refusalAnswer({ refused, message, retryAfterSeconds }: Refusal, encoding: OtlpEncoding): OtlpAnswer {
  return statusAnswer(statusOfRefusal(refused), `${refused}: ${message}`, encoding, retryAfterSeconds);
}

export function statusAnswer(status: number, message: string, encoding: OtlpEncoding, retryAfterSeconds?: number): OtlpAnswer {
  const code = rpcCodes[status] ?? invalidArgument;
  const body = encoding === 'json' ? JSON.stringify({ code, message }) : Buffer.concat([numberField(1, code), bytesField(2, message)]);
  return { status, body, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return Buffer.from([...bytes, left]);
    bytes.push((left % 128) | 128);
  }
}

const numberField = (number: number, value: number) => Buffer.concat([varint(number * 8), varint(value)]);

function bytesField(number: number, value: string | Buffer): Buffer {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}
