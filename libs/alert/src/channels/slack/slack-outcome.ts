import type { Sent } from '../channel.ts';
import type { Answer } from '../post.ts';

/** As far as anything reads it. */
interface SlackBody {
  readonly ok?: unknown;
  readonly error?: unknown;
  /** The permission that is missing. */
  readonly needed?: unknown;
  readonly channel?: unknown;
  readonly ts?: unknown;
  readonly response_metadata?: unknown;
}

/** What came of one call of Slack's Web API. */
export type SlackOutcome =
  | { readonly ok: true; readonly status: number; readonly text: string; readonly body: SlackBody }
  /** `code` is Slack's own; null where it said none. */
  | { readonly ok: false; readonly code: string | null; readonly sent: Exclude<Sent, { readonly result: 'delivered' }> };

/** Of Slack itself, and over soon. Of the first two some of it may have been done. */
const passing = new Set([
  ...['internal_error', 'fatal_error', 'service_unavailable', 'ratelimited', 'rate_limited', 'request_timeout', 'update_failed'],
  ...['team_added_to_org', 'org_login_required', 'external_channel_migrating', 'message_limit_exceeded'],
]);
const perhapsDone = new Set(['internal_error', 'fatal_error']);

/** Of the channel or the token: no other notice will be taken either. */
const dead = new Set([
  ...['channel_not_found', 'not_in_channel', 'is_archived', 'is_inactive', 'channel_is_limited_access', 'messages_tab_disabled'],
  ...['restricted_action', 'restricted_action_read_only_channel', 'restricted_action_thread_only_channel', 'ekm_access_denied'],
  ...['not_authed', 'invalid_auth', 'account_inactive', 'token_revoked', 'token_expired', 'not_allowed_token_type', 'is_bot'],
  ...['no_permission', 'missing_scope', 'access_denied', 'accesslimited', 'app_access_restricted', 'two_factor_setup_required'],
  ...['enterprise_is_restricted', 'team_access_not_granted', 'team_not_found'],
  ...['deprecated_endpoint', 'method_deprecated', 'unknown_method'],
]);

/** Of a reason. */
const mostCharacters = 500;

/** Slack says HTTP 200 also where it refuses: https://docs.slack.dev/apis/web-api/#responses. Never says the token. */
export function slackOutcome(answer: Answer, token: string): SlackOutcome {
  if (answer.status === null) {
    const { reason, ambiguous } = answer;
    return { ok: false, code: null, sent: { result: 'later', status: null, reason, retryAfterMs: null, ambiguous } };
  }
  const { status, retryAfterMs } = answer;
  const text = answer.text.replaceAll(token, '[token]');
  const body = parsed(text);
  if (status === 200 && body?.ok === true) return { ok: true, status, text, body };
  const code = typeof body?.error === 'string' ? body.error : null;
  const said = body && code !== null ? `${code}${detailOf(body)}` : `HTTP ${status} ${text}`.trim();
  const reason = said.slice(0, mostCharacters).toWellFormed();
  if (code !== null && passing.has(code))
    return { ok: false, code, sent: { result: 'later', status, reason, retryAfterMs, ambiguous: perhapsDone.has(code) } };
  if (status === 429) return { ok: false, code, sent: { result: 'later', status, reason, retryAfterMs, ambiguous: false } };
  // Whoever answered for Slack does not know what became of it.
  if (status === 408 || status >= 500 || (status === 200 && code === null))
    return { ok: false, code, sent: { result: 'later', status, reason, retryAfterMs, ambiguous: true } };
  return { ok: false, code, sent: { result: 'refused', status, reason, dead: code !== null && dead.has(code) } };
}

/** Which field of a message is wrong, or which permission is missing. */
function detailOf({ needed, response_metadata }: SlackBody): string {
  const messages = (response_metadata as { readonly messages?: unknown } | undefined)?.messages;
  const wrong = Array.isArray(messages) ? messages.map(String).join(', ') : '';
  return `${typeof needed === 'string' ? `, needs ${needed}` : ''}${wrong === '' ? '' : `: ${wrong}`}`;
}

function parsed(text: string): SlackBody | null {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? (body as SlackBody) : null;
  } catch {
    return null;
  }
}
