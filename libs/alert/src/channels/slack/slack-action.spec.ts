import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hostileText } from '../../notices/hostile-text.contract.ts';
import { sampleNotice } from '../../notices/sample-notice.contract.ts';
import { readSlackAction } from './slack-action.ts';
import { slackLayouts } from './slack-message.ts';

const formOf = (payload: unknown) =>
  Buffer.from(new URLSearchParams({ payload: typeof payload === 'string' ? payload : JSON.stringify(payload) }).toString());

/** What Slack sends of a button, with some of what nobody reads. */
const payloadOf = (pressed: object) => ({
  ...{ type: 'block_actions', api_app_id: 'A02', token: 'xyz', response_url: 'https://hooks.slack.com/actions/T1/2/3' },
  user: { id: 'U061F7AUR', username: 'ada', name: 'ada.l', team_id: 'T1' },
  actions: [{ type: 'button', block_id: '=qXel', action_ts: '1548426417.840180', text: { type: 'plain_text', text: 'x' }, ...pressed }],
});
const value = 'incident=f3a1c0de-1&delivery=f3a1c0de-1.slack.1';

describe('what somebody pressed', () => {
  it.each(['acknowledge', 'silence_1h'] as const)('is read: %s', (action) => {
    expect(readSlackAction(formOf(payloadOf({ action_id: action, value })))).toEqual({
      ...{ action, incidentId: 'f3a1c0de-1', deliveryId: 'f3a1c0de-1.slack.1' },
      user: { id: 'U061F7AUR', name: 'ada' },
    });
  });

  it('is what a message has to press', () => {
    fc.assert(
      fc.property(hostileText(5), (text) => {
        const id = `i${text.toWellFormed()}`;
        const delivery = `${id}.slack.1`;
        const notice = { ...sampleNotice, incident: { ...sampleNotice.incident, id } };
        const buttons = slackLayouts(notice, { delivery, buttons: true })[0]!.blocks.flatMap((block) =>
          block.type === 'actions' ? block.elements : [],
        );
        for (const button of buttons.filter(({ action_id }) => action_id !== 'open'))
          expect(readSlackAction(formOf(payloadOf(button)))).toMatchObject({
            action: button.action_id,
            incidentId: id,
            deliveryId: delivery,
          });
      }),
    );
  });

  it.each([
    ['leads somewhere', payloadOf({ action_id: 'open' })],
    ['is of somebody else', payloadOf({ action_id: 'approve', value: 'x' })],
    ['is nothing', { ...payloadOf({}), actions: [] }],
    ['is a form', { ...payloadOf({ action_id: 'acknowledge', value }), type: 'view_submission' }],
  ])('and %s asks for nothing', (_name, payload) => {
    expect(readSlackAction(formOf(payload))).toEqual({ action: 'none' });
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['another form', Buffer.from('a=b')],
    ['no JSON', formOf('{')],
    ['JSON of nothing', formOf('null')],
    ['nobody who pressed it', formOf({ ...payloadOf({ action_id: 'acknowledge', value }), user: undefined })],
    ['no value', formOf(payloadOf({ action_id: 'acknowledge' }))],
    ['half a value', formOf(payloadOf({ action_id: 'acknowledge', value: 'incident=a' }))],
    ['too long a value', formOf(payloadOf({ action_id: 'acknowledge', value: `${value}${'x'.repeat(2_000)}` }))],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00])],
  ])('is not read from %s', (_name, body) => {
    expect(readSlackAction(body)).toBeNull();
  });

  it('has somebody who did it, by whatever name there is', () => {
    const payload = payloadOf({ action_id: 'acknowledge', value });
    const by = (user: object) => readSlackAction(formOf({ ...payload, user }));
    expect(by({ id: 'U1', name: 'ada.l' })).toMatchObject({ user: { id: 'U1', name: 'ada.l' } });
    expect(by({ id: 'U1' })).toMatchObject({ user: { id: 'U1', name: 'U1' } });
  });
});
