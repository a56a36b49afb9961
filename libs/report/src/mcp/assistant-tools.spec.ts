import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import type { RouteDescription } from '#platform';
import { routes } from '../api/routes.ts';
import { assistantTools, requestOf } from './assistant-tools.ts';

const silence: RouteDescription = {
  ...{ path: '/api/alerts/silences', method: 'post', id: 'beginSilence', summary: '', pathParameters: {} },
  query: z.strictObject({ by: z.string().default('api') }),
  body: z.strictObject({ durationS: z.number().optional(), comment: z.string() }),
  answer: z.object({}),
};
const tools = assistantTools([...routes, silence]);
const tool = (name: string) => tools.find((known) => known.name === name)!;

describe('tools of an assistant', () => {
  it('are those of the offers that the house answers', () => {
    expect(tools.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['list_metrics', 'metric_over_time', 'list_regressions', 'explain_regression', 'silence']),
    );
    expect(tools.map(({ name }) => name)).not.toContain('list_incidents');
    expect(tools.filter(({ changes }) => changes).map(({ name }) => name)).toEqual(['silence']);
  });

  it('say which arguments they need', () => {
    expect(tool('metric_over_time').inputSchema).toMatchObject({
      ...{ required: ['metric'], additionalProperties: false },
      properties: { metric: { type: 'string' }, points: { default: 60 }, route: { type: 'array' } },
    });
    expect(tool('silence').inputSchema).toMatchObject({ required: ['comment'], properties: { by: { default: 'assistant' } } });
  });
});

describe('a request of the API', () => {
  it('has its arguments in path and address, escaped', () => {
    expect(requestOf(tool('metric_over_time'), { metric: '../ledger?x=', route: ['/a', '/b&c'], window: '7d' })).toEqual({
      method: 'GET',
      url: '/api/metrics/..%2Fledger%3Fx%3D?points=60&route=%2Fa&route=%2Fb%26c&window=7d',
    });
  });

  it('has in its body what belongs there', () => {
    expect(requestOf(tool('silence'), { comment: 'deploy', durationS: 60, extra: 1 })).toEqual({
      ...{ method: 'POST', url: '/api/alerts/silences?by=assistant&extra=1' },
      body: { comment: 'deploy', durationS: 60 },
    });
  });
});
