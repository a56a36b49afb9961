import { JobRefused } from './job-queue.ts';

/** Payloads refer to things; with the default bound of 10,000 jobs they stay under 80 MB. */
const maxPayloadBytes = 8 * 1024;

/** The payload as JSON, or `JobRefused`. */
export function payloadText(name: string, payload: unknown): string {
  const text = JSON.stringify(payload) ?? 'null';
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxPayloadBytes) return text;
  throw new JobRefused(
    `the payload of job ${name} has ${bytes} bytes, the limit is ${maxPayloadBytes}`,
    'payload_too_large',
    maxPayloadBytes,
  );
}
