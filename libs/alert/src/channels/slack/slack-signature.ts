import { createHmac, timingSafeEqual } from 'node:crypto';

/** Headers in lower case, as Node has them. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export type SlackSignature =
  /** `signature`: in one spelling, so that who sends the same again is known by it. */
  { readonly ok: true; readonly signature: string } | { readonly ok: false; readonly reason: string };

/** Either way. */
const mostSkewMs = 5 * 60_000;

/**
 * Whether Slack sent exactly these bytes in the last minutes: https://docs.slack.dev/authentication/verifying-requests-from-slack. `now`:
 * milliseconds since 1970.
 */
export function verifySlack(rawBody: Uint8Array, headers: Headers, now: number, secret: string): SlackSignature {
  const [timestamp, given] = [headers['x-slack-request-timestamp'], headers['x-slack-signature']];
  if (typeof timestamp !== 'string' || !/^\d{1,12}$/.test(timestamp)) return { ok: false, reason: 'it has no time' };
  if (Math.abs(now - Number(timestamp) * 1_000) > mostSkewMs) return { ok: false, reason: 'it is not of these minutes' };
  const expected = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(rawBody).digest();
  const hex = typeof given === 'string' ? (/^v0=([0-9a-f]{64})$/i.exec(given)?.[1] ?? '') : '';
  if (hex === '' || !timingSafeEqual(Buffer.from(hex, 'hex'), expected)) return { ok: false, reason: 'it is not signed by Slack' };
  return { ok: true, signature: expected.toString('hex') };
}
