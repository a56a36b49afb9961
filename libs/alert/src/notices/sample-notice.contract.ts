import type { Notice, NoticeMeasure } from './notice.ts';

const minuteMs = 60_000;
export const noticedAt = Date.UTC(2026, 4, 6, 10);

const measure: NoticeMeasure = {
  ...{ metric: 'mcp_tool_duration', statistic: 'p95', value: 3_120, reference: 2_500, samples: 412, windowS: 300 },
  unit: 'ms',
  comparison: 'above',
};

/** What a channel is told of a slow tool, five minutes after it became slow. */
export const sampleNotice: Notice = {
  ...{ kind: 'trigger', project: 'shop', severity: 'critical', reason: '', at: noticedAt },
  incident: { id: 'f3a1c0de-1', openedAt: noticedAt - 5 * minuteMs, peak: 4_000 },
  rule: {
    id: 'mcp-tool-duration',
    name: 'Slow tool calls',
    summary: 'Look at the slowest tool first.',
    runbookUrl: 'https://runbooks.example.com/slow-tools',
  },
  labels: { app: 'chat', environment: 'production', tool: 'search' },
  measure,
  deploy: { release: '2026.5.1', at: noticedAt - 20 * minuteMs },
  houseUrl: 'https://house.example.com',
};

/** The same, with its measure changed. */
export const measured = (changes: Partial<NoticeMeasure>): Notice => ({
  ...sampleNotice,
  measure: { ...measure, ...changes },
});
