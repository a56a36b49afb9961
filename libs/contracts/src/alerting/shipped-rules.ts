import type { z } from 'zod';
import type { alertRuleSchema } from './alert-rule.ts';

/** What is watched where nothing else is said. */
export const shippedRules: readonly z.input<typeof alertRuleSchema>[] = [
  {
    ...{ id: 'mcp-tool-duration', name: 'Slow tool calls', metric: 'mcp_tool_duration_p95', condition: 'above', threshold: '2.5 s' },
    ...{ windowS: 300, severity: 'critical', groupBy: ['app', 'environment'], channels: ['slack', 'pagerduty'] },
  },
  {
    ...{ id: 'widget-errors', name: 'Errors in widgets', metric: 'widget_error_rate', condition: 'above', threshold: '2%' },
    ...{ windowS: 600, severity: 'critical', groupBy: ['app', 'environment'], channels: ['slack'] },
  },
  {
    ...{ id: 'api-response-time', name: 'API gets slower', metric: 'api_response_time_p95', condition: 'increasing', threshold: '1.5 s' },
    ...{ windowS: 300, severity: 'warning', groupBy: ['app', 'environment'], channels: ['slack'] },
  },
  { id: 'budgets', name: 'A budget is violated', kind: 'budget' },
  { id: 'regressions', name: 'A regression', kind: 'regression' },
  { id: 'synthetic', name: 'An audit found something', kind: 'synthetic' },
];
