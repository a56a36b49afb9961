import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hostileText } from '../../notices/hostile-text.contract.ts';
import { pagerdutyChange } from './pagerduty-change.ts';

const key = '0123456789abcdef0123456789abcdef';
const at = Date.UTC(2026, 4, 6, 9, 40);

it('a deploy says what went where', () => {
  const deploy = {
    project: 'shop',
    app: 'chat',
    environment: 'production',
    release: '2026.5.1',
    at,
    url: 'https://house.example.com/deploys',
  };
  expect(pagerdutyChange(deploy, key)).toEqual({
    routing_key: key,
    payload: {
      ...{ summary: 'chat 2026.5.1 deployed in production', source: 'chat/production', timestamp: '2026-05-06T09:40:00.000Z' },
      custom_details: { project: 'shop', app: 'chat', environment: 'production', release: '2026.5.1' },
    },
    links: [{ href: 'https://house.example.com/deploys', text: 'Deploy' }],
  });
});

it('a deploy of which little is known is one of the project', () => {
  expect(pagerdutyChange({ project: 'shop', release: '7', at, url: 'javascript:alert(1)' }, key)).toEqual({
    routing_key: key,
    payload: {
      ...{ summary: 'shop 7 deployed', source: 'shop', timestamp: '2026-05-06T09:40:00.000Z' },
      custom_details: { project: 'shop', release: '7' },
    },
  });
});

it('keeps every limit, whatever a release is called', () => {
  const text = hostileText(300);
  fc.assert(
    fc.property(text, text, (app, release) => {
      const { payload } = pagerdutyChange({ project: 'shop', app, release, at }, key);
      expect([...payload.summary].length).toBeLessThanOrEqual(1_024);
      expect(payload.summary).not.toMatch(/[\r\n\0]/);
      expect([payload.source.length > 0, payload.summary.isWellFormed(), payload.source.isWellFormed()]).toEqual([true, true, true]);
    }),
  );
});
