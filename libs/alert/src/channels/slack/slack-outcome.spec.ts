import { describe, expect, it } from '@jest/globals';
import type { Answer } from '../post.ts';
import { slackOutcome } from './slack-outcome.ts';

const token = 'xoxb-1';
const outcomeOf = (status: number, body: unknown, retryAfterMs: number | null = null) =>
  slackOutcome({ status, text: typeof body === 'string' ? body : JSON.stringify(body), retryAfterMs } as Answer, token);
const sentOf = (code: string) => {
  const outcome = outcomeOf(200, { ok: false, error: code });
  if (outcome.ok) throw new Error('it is ok');
  const { result, ...rest } = outcome.sent;
  if (result === 'refused') return (rest as { readonly dead: boolean }).dead ? 'dead' : 'refused';
  return (rest as { readonly ambiguous: boolean }).ambiguous ? 'later, perhaps done' : result;
};

describe('what Slack answers', () => {
  it('is done where it says so', () => {
    expect(outcomeOf(200, { ok: true, ts: '1' })).toEqual({
      ok: true,
      status: 200,
      text: '{"ok":true,"ts":"1"}',
      body: { ok: true, ts: '1' },
    });
  });

  it.each([
    ['channel_not_found', 'dead'],
    ['not_in_channel', 'dead'],
    ['is_archived', 'dead'],
    ['is_inactive', 'dead'],
    ['channel_is_limited_access', 'dead'],
    ['messages_tab_disabled', 'dead'],
    ['restricted_action', 'dead'],
    ['restricted_action_read_only_channel', 'dead'],
    ['restricted_action_thread_only_channel', 'dead'],
    ['ekm_access_denied', 'dead'],
    ['not_authed', 'dead'],
    ['invalid_auth', 'dead'],
    ['account_inactive', 'dead'],
    ['token_revoked', 'dead'],
    ['token_expired', 'dead'],
    ['not_allowed_token_type', 'dead'],
    ['is_bot', 'dead'],
    ['no_permission', 'dead'],
    ['missing_scope', 'dead'],
    ['access_denied', 'dead'],
    ['accesslimited', 'dead'],
    ['app_access_restricted', 'dead'],
    ['two_factor_setup_required', 'dead'],
    ['enterprise_is_restricted', 'dead'],
    ['team_access_not_granted', 'dead'],
    ['team_not_found', 'dead'],
    ['deprecated_endpoint', 'dead'],
    ['method_deprecated', 'dead'],
    ['unknown_method', 'dead'],
    ['restricted_action_non_threadable_channel', 'refused'],
    ['restricted_action_thread_locked', 'refused'],
    ['cannot_reply_to_message', 'refused'],
    ['thread_not_found', 'refused'],
    ['message_not_found', 'refused'],
    ['cant_update_message', 'refused'],
    ['edit_window_closed', 'refused'],
    ['no_text', 'refused'],
    ['msg_too_long', 'refused'],
    ['msg_blocks_too_long', 'refused'],
    ['invalid_blocks', 'refused'],
    ['invalid_blocks_format', 'refused'],
    ['invalid_metadata_format', 'refused'],
    ['metadata_too_large', 'refused'],
    ['invalid_arguments', 'refused'],
    ['something that nobody knows', 'refused'],
    ['ratelimited', 'later'],
    ['rate_limited', 'later'],
    ['message_limit_exceeded', 'later'],
    ['service_unavailable', 'later'],
    ['request_timeout', 'later'],
    ['update_failed', 'later'],
    ['team_added_to_org', 'later'],
    ['org_login_required', 'later'],
    ['external_channel_migrating', 'later'],
    ['internal_error', 'later, perhaps done'],
    ['fatal_error', 'later, perhaps done'],
  ])('%s: %s', (code, expected) => {
    expect(sentOf(code)).toBe(expected);
  });

  it('says when to come back', () => {
    expect(outcomeOf(429, { ok: false, error: 'ratelimited' }, 30_000)).toEqual({
      ...{ ok: false, code: 'ratelimited' },
      sent: { result: 'later', status: 429, reason: 'ratelimited', retryAfterMs: 30_000, ambiguous: false },
    });
    expect(outcomeOf(429, 'slow down', 1_000)).toMatchObject({ sent: { result: 'later', retryAfterMs: 1_000, ambiguous: false } });
  });

  it.each([
    [500, '<html>'],
    [503, ''],
    [408, ''],
    [200, '<html>'],
    [200, 'null'],
    [200, '{"ok":'],
    [200, '{}'],
  ])('of HTTP %d with %p it is not known what became of it', (status, body) => {
    expect(outcomeOf(status, body)).toMatchObject({ ok: false, code: null, sent: { result: 'later', status, ambiguous: true } });
  });

  it.each([302, 400, 404, 413])('is never taken after HTTP %d', (status) => {
    expect(outcomeOf(status, '')).toMatchObject({ ok: false, sent: { result: 'refused', status, dead: false } });
  });

  it('says what is wrong and what is missing, but not the token', () => {
    const messages = ['[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]', token];
    expect(outcomeOf(200, { ok: false, error: 'invalid_blocks', response_metadata: { messages } })).toMatchObject({
      sent: { reason: 'invalid_blocks: [ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text], [token]' },
    });
    expect(outcomeOf(200, { ok: false, error: 'missing_scope', needed: 'channels:history' })).toMatchObject({
      sent: { reason: 'missing_scope, needs channels:history' },
    });
    expect(outcomeOf(500, 'x'.repeat(10_000))).toMatchObject({ sent: { reason: expect.stringMatching(/^.{1,500}$/) } });
  });

  it('that never came may have been one', () => {
    expect(slackOutcome({ status: null, reason: 'read ECONNRESET', ambiguous: true }, token)).toEqual({
      ...{ ok: false, code: null },
      sent: { result: 'later', status: null, reason: 'read ECONNRESET', retryAfterMs: null, ambiguous: true },
    });
  });
});
