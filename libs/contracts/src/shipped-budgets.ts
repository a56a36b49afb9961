import type { z } from 'zod';
import type { budgetSchema } from './budget.ts';

/** What is checked where nothing else is said: https://web.dev/articles/vitals for the vitals, the product's own for the rest. */
export const shippedBudgets: readonly z.input<typeof budgetSchema>[] = [
  { metric: 'LCP', threshold: '2.5 s', severity: 'error' },
  { metric: 'INP', threshold: '200 ms', severity: 'error' },
  { metric: 'FID', threshold: '100 ms', severity: 'error' },
  { metric: 'CLS', threshold: 0.1, severity: 'error' },
  { metric: 'FCP', threshold: '1.5 s', severity: 'warning' },
  { metric: 'TTFB', threshold: '600 ms', severity: 'warning' },
  { metric: 'mcp_tool_duration', threshold: '2 s', severity: 'error' },
  { metric: 'mcp_tool_error_rate', threshold: '1%', severity: 'error' },
  { metric: 'widget_render_time', threshold: '1.5 s', severity: 'error' },
  { metric: 'widget_bundle_size', threshold: '200 KiB', severity: 'warning' },
  { metric: 'api_response_time_p95', threshold: '1 s', severity: 'error' },
  { metric: 'api_error_rate', threshold: '0.5%', severity: 'error' },
];
