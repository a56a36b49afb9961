import { describe, expect, it } from '@jest/globals';
import { routeConfigSchema, shippedRoutes } from '#contracts';
import { explainRoute, type Routed } from './route.ts';

const types = new Map([
  ...[
    ['slack', 'slack'],
    ['pagerduty', 'pagerduty'],
    ['post', 'email'],
    ['night', 'pagerduty'],
    ['log', 'log'],
  ],
] as [string, string][]);
const routesOf = (...routes: readonly object[]) => routes.map((route) => routeConfigSchema.parse(route));
const shipped = routesOf(...shippedRoutes);
const critical: Routed = { project: 'shop', rule: { id: 'slow' }, severity: 'critical', labels: { tool: 'search' } };

describe('what is shipped', () => {
  it.each([
    ['critical', ['slack', 'pagerduty', 'log'], 0, 3_600_000, 0],
    ['warning', ['slack', 'log'], 30_000, 12 * 3_600_000, 0],
    ['info', ['post', 'log'], 30_000, Number.POSITIVE_INFINITY, 3_600_000],
  ] as const)('brings what is %s to %j', (severity, channels, groupWaitMs, remindMs, digestMs) => {
    expect(explainRoute({ ...critical, severity }, { routes: shipped, types })).toMatchObject({
      channels,
      groupWaitMs,
      remindMs,
      digestMs,
    });
  });

  it('brings it to the channels of a type where none is called so', () => {
    const mine = new Map([
      ...[
        ['chat', 'slack_webhook'],
        ['one', 'pagerduty'],
        ['two', 'pagerduty'],
      ],
    ] as [string, string][]);
    expect(explainRoute(critical, { routes: shipped, types: mine }).channels).toEqual(['chat', 'one', 'two']);
  });
});

describe('a route', () => {
  const routes = routesOf(
    { match: { tool: 'book' }, channels: ['night'] },
    { match: { tool: 'sea*' }, channels: ['post', 'nowhere'], groupWaitS: 5, remindEveryS: 0, continue: true },
    { match: { severity: 'critical' }, channels: ['pagerduty'], groupWaitS: 60 },
    { channels: ['slack'] },
  );
  it('is the first that matches, and others where it says so; it is said why', () => {
    expect(explainRoute(critical, { routes, types })).toEqual({
      ...{ channels: ['post', 'pagerduty', 'log'], groupWaitMs: 5_000, remindMs: Number.POSITIVE_INFINITY, digestMs: 0 },
      missing: ['nowhere'],
      because: [
        'route 1 does not match: tool is search, not book',
        'route 2 matches: post, nowhere',
        'route 3 matches: pagerduty',
        'nowhere: there is no such channel',
      ],
    });
  });

  it('is of no use where the rule names its channels', () => {
    expect(explainRoute({ ...critical, ruleChannels: ['night'] }, { routes, types })).toMatchObject({
      ...{ channels: ['night', 'log'], groupWaitMs: 0, because: ['the rule names its channels: night'] },
    });
  });

  it('that does not match leaves the log', () => {
    expect(
      explainRoute({ ...critical, labels: {} }, { routes: routesOf({ match: { tool: '*' }, channels: ['slack'] }), types }),
    ).toMatchObject({
      ...{ channels: ['log'], because: ['route 1 does not match: tool is not there, not *', 'no route matches: only the log is told'] },
    });
  });
});
