import { expect, it } from '@jest/globals';
import { Redactor } from './redact.ts';
import { redactEvent } from './redact-event.ts';

const address = 'https://a.example/x?auth_token=s3cret';
const clean = 'https://a.example/x?auth_token=REDACTED';
const redacted = (event: object) => {
  redactEvent(event, new Redactor());
  return event;
};

it('addresses, texts and what the app adds are redacted, at any place of an event', () => {
  const event = {
    ...{ type: 'long_task', date: 1, view: { id: 'v', url: address, referrer: address, performance: { lcp: { resource_url: address } } } },
    resource: { url: address, graphql: { variables: '{"password":"s3cret"}' } },
    error: { message: `no answer of ${address}`, causes: [{ message: 'for jane@example.com' }] },
    long_task: { scripts: [{ source_url: address, duration: 5 }] },
    context: { who: 'jane@example.com', token: 's3cret' },
  };
  expect(redacted(event)).toEqual({
    ...{ type: 'long_task', date: 1, view: { id: 'v', url: clean, referrer: clean, performance: { lcp: { resource_url: clean } } } },
    resource: { url: clean, graphql: { variables: '{"password":"REDACTED"}' } },
    error: { message: `no answer of ${clean}`, causes: [{ message: 'for REDACTED' }] },
    long_task: { scripts: [{ source_url: clean, duration: 5 }] },
    context: { who: 'REDACTED', token: 'REDACTED' },
  });
});

it('what names things stays: ids, service, version, tags, the user that the app chose', () => {
  const event = {
    service: 'a@b.example',
    version: '1',
    ddtags: 'env:x',
    session_id: 's',
    usr: { id: 'jane@example.com' },
    _dd: { a: address },
  };
  expect(redacted(structuredClone(event))).toEqual(event);
});
