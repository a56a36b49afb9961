/** The unit a value is stored and shown in. `score` has none (CLS); `count` is one occurrence a row. */
export type Unit = 'ms' | 'score' | 'bytes' | 'count';

export type Rating = 'good' | 'needs-improvement' | 'poor' | 'unknown';

/** What the product knows about one measured value, in one place for every screen, message and check. */
export interface MetricDefinition {
  readonly name: string;
  readonly title: string;
  readonly unit: Unit;
  /** `value <= good` is good, `value > poor` is poor; between them needs improvement. Absent: never rated. */
  readonly thresholds?: { readonly good: number; readonly poor: number };
  /** Largest value taken as a measurement; above it the event is refused as out of range. */
  readonly maximum: number;
  /** The statistic people mean when they name the metric alone. */
  readonly statistic: 'p75' | 'p95' | 'count';
  readonly description: string;
}

const minutes = 60_000;
/** Longer page or tool timings are clocks gone wrong, not measurements. */
const longestTiming = 15 * minutes;

function timing(
  name: string,
  title: string,
  thresholds: MetricDefinition['thresholds'],
  statistic: 'p75' | 'p95',
  description: string,
): MetricDefinition {
  const base = { name, title, unit: 'ms', maximum: longestTiming, statistic, description } as const;
  return thresholds ? { ...base, thresholds } : base;
}

/** Vitals' thresholds: https://web.dev/articles/defining-core-web-vitals-thresholds; widget and tool thresholds are the product's own. */
export const metricCatalogue: readonly MetricDefinition[] = [
  timing('LCP', 'Largest Contentful Paint', { good: 2500, poor: 4000 }, 'p75', 'Time until the largest text or image was painted.'),
  timing('INP', 'Interaction to Next Paint', { good: 200, poor: 500 }, 'p75', 'Delay from the slowest interactions to the next paint.'),
  timing('FCP', 'First Contentful Paint', { good: 1800, poor: 3000 }, 'p75', 'Time until anything was painted.'),
  timing('TTFB', 'Time to First Byte', { good: 800, poor: 1800 }, 'p75', 'Time until the first byte of the document arrived.'),
  timing('FID', 'First Input Delay', { good: 100, poor: 300 }, 'p75', 'Predecessor of INP, sent by old clients only; no longer collected.'),
  {
    name: 'CLS',
    title: 'Cumulative Layout Shift',
    unit: 'score',
    thresholds: { good: 0.1, poor: 0.25 },
    maximum: 10_000,
    statistic: 'p75',
    description: 'How much visible content moved without being asked to.',
  },
  timing(
    'mcp-tool-execution',
    'Tool call',
    { good: 2000, poor: 4000 },
    'p95',
    'Duration of a successful MCP tool call as the widget saw it.',
  ),
  timing(
    'mcp-tool-error',
    'Failed tool call',
    undefined,
    'p95',
    'Duration of an MCP tool call that threw or answered isError; always poor.',
  ),
  timing(
    'widget-render-time',
    'Widget render',
    { good: 1500, poor: 2500 },
    'p75',
    'A performance.measure whose name starts with widget-render.',
  ),
  timing('widget-bootstrap', 'Widget bootstrap', undefined, 'p75', 'From the frame starting to load until the host bridge answered.'),
  timing('widget-tool-wait', 'Wait for tool result', undefined, 'p75', 'From the bridge being ready until the first tool result arrived.'),
  timing('long-task', 'Long task', undefined, 'p95', 'A task that held the main thread for more than 50 ms.'),
  {
    name: 'js-error',
    title: 'JavaScript error',
    unit: 'count',
    maximum: 1,
    statistic: 'count',
    description: 'An uncaught error or unhandled rejection; the value is 1.',
  },
];

const byName = new Map(metricCatalogue.map((metric) => [metric.name, metric]));

/** The catalogue's entry, or undefined for a metric an application named itself. */
export function findMetric(name: string): MetricDefinition | undefined {
  return byName.get(name);
}

/** Rating of a value. Both bounds are inclusive on the better side, as in web-vitals. */
export function rateValue(value: number, thresholds: { good: number; poor: number }): Rating {
  if (value <= thresholds.good) return 'good';
  return value <= thresholds.poor ? 'needs-improvement' : 'poor';
}
