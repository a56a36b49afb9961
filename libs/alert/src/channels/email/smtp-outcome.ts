import type { Sent } from '../channel.ts';

/** What nodemailer says of an attempt that failed, or of one recipient. */
export interface SmtpError {
  readonly message: string;
  readonly code?: string;
  /** What was being said: CONN, AUTH PLAIN, MAIL FROM, RCPT TO, DATA. */
  readonly command?: string;
  readonly responseCode?: number;
  /** By the class of the reply: absent where the server said nothing. */
  readonly permanent?: boolean;
  readonly recipient?: string;
}

/** Of our own making; no attempt mends it. */
const wrongByItself = new Set(['EENVELOPE', 'EAUTH', 'ENOAUTH', 'ECONFIG']);
/** https://www.rfc-editor.org/rfc/rfc1870#section-6.3 */
const tooLargeCode = 552;
/** Of a reason. */
const mostCharacters = 500;

/** 4xx may be tried again, 5xx may not: https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1. `written`: the whole mail was, and only its answer is missing. */
export function failedSent(error: SmtpError, written: boolean): Sent {
  const { code = '', command = '', responseCode, permanent } = error;
  const reason = reasonOf(error);
  if (responseCode === undefined) {
    if (code === 'EMESSAGE') return { result: 'refused', status: null, reason, dead: false, tooLarge: true };
    if (wrongByItself.has(code)) return { result: 'refused', status: null, reason, dead: true };
    return { result: 'later', status: null, reason, retryAfterMs: null, ambiguous: written };
  }
  if (!permanent) return { result: 'later', status: responseCode, reason, retryAfterMs: null, ambiguous: false };
  // Only after DATA did the server see what is in this mail: all before is the same for any other.
  const isTooLarge = command === 'DATA' && responseCode === tooLargeCode;
  return { result: 'refused', status: responseCode, reason, dead: command !== 'DATA', ...(isTooLarge && { tooLarge: true }) };
}

/** `refused`: the recipients, of several, that did not get it. */
export function acceptedSent(response: string, messageId: string, refused: readonly SmtpError[]): Sent {
  const deferred = refused.filter(({ permanent }) => !permanent);
  const missing = refused.map((error) => `${error.recipient}: ${reasonOf(error)}`);
  if (deferred.length > 0) {
    const reason = `some recipients must wait: ${missing.join('; ')}`;
    return { result: 'later', status: deferred[0]!.responseCode ?? null, reason, retryAfterMs: null, ambiguous: false };
  }
  const answer = [response, ...missing.map((one) => `not taken for ${one}`)].join('; ');
  return { result: 'delivered', status: Number.parseInt(response, 10) || 250, answer, ref: messageId };
}

const reasonOf = ({ message }: SmtpError) => message.slice(0, mostCharacters).toWellFormed();
