/** The unit a value is stored and shown in. `score` has none (CLS); `count` is one occurrence a row; `ratio` is a part of 1, shown in per cent. */
export type Unit = 'ms' | 'score' | 'bytes' | 'count' | 'ratio';

export type Rating = 'good' | 'needs-improvement' | 'poor' | 'unknown';

/** What the product knows about one measured value, in one place for every screen, message and check. */
export interface MetricDefinition {
  readonly name: string;
  /** Other names that people and their files use, beside the name in lower case. */
  readonly aliases: readonly string[];
  readonly title: string;
  /** Which way is an improvement. */
  readonly better: 'lower' | 'higher';
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

type Timing = Pick<MetricDefinition, 'name' | 'title' | 'thresholds' | 'statistic' | 'description'> & {
  readonly aliases?: readonly string[];
};

const timing = (given: Timing): MetricDefinition => ({ aliases: [], unit: 'ms', better: 'lower', maximum: longestTiming, ...given });

/** Vitals' thresholds: https://web.dev/articles/defining-core-web-vitals-thresholds; widget and tool thresholds are the product's own. */
export const metricCatalogue: readonly MetricDefinition[] = [
  timing({
    name: 'LCP',
    title: 'Largest Contentful Paint',
    thresholds: { good: 2500, poor: 4000 },
    statistic: 'p75',
    description: 'Time until the largest text or image was painted.',
  }),
  timing({
    name: 'INP',
    title: 'Interaction to Next Paint',
    thresholds: { good: 200, poor: 500 },
    statistic: 'p75',
    description: 'Delay from the slowest interactions to the next paint.',
  }),
  timing({
    name: 'FCP',
    title: 'First Contentful Paint',
    thresholds: { good: 1800, poor: 3000 },
    statistic: 'p75',
    description: 'Time until anything was painted.',
  }),
  timing({
    name: 'TTFB',
    title: 'Time to First Byte',
    thresholds: { good: 800, poor: 1800 },
    statistic: 'p75',
    description: 'Time until the first byte of the document arrived.',
  }),
  timing({
    name: 'FID',
    title: 'First Input Delay',
    thresholds: { good: 100, poor: 300 },
    statistic: 'p75',
    description: 'Predecessor of INP, sent by old clients only; no longer collected.',
  }),
  {
    name: 'CLS',
    aliases: [],
    title: 'Cumulative Layout Shift',
    unit: 'score',
    better: 'lower',
    thresholds: { good: 0.1, poor: 0.25 },
    maximum: 10_000,
    statistic: 'p75',
    description: 'How much visible content moved without being asked to.',
  },
  timing({
    name: 'mcp-tool-execution',
    aliases: ['mcp_tool_duration', 'mcp_tool_execution'],
    title: 'Tool call',
    thresholds: { good: 2000, poor: 4000 },
    statistic: 'p95',
    description: 'Duration of a successful MCP tool call as the widget saw it.',
  }),
  timing({
    name: 'mcp-tool-error',
    aliases: ['mcp_tool_error'],
    title: 'Failed tool call',
    statistic: 'p95',
    description: 'Duration of an MCP tool call that threw or answered isError; always poor.',
  }),
  timing({
    name: 'widget-render-time',
    aliases: ['widget_render_time'],
    title: 'Widget render',
    thresholds: { good: 1500, poor: 2500 },
    statistic: 'p75',
    description: 'A performance.measure whose name starts with widget-render.',
  }),
  timing({
    name: 'widget-bootstrap',
    aliases: ['widget_bootstrap'],
    title: 'Widget bootstrap',
    statistic: 'p75',
    description: 'From the frame starting to load until the host bridge answered.',
  }),
  timing({
    name: 'widget-tool-wait',
    aliases: ['widget_tool_wait'],
    title: 'Wait for tool result',
    statistic: 'p75',
    description: 'From the bridge being ready until the first tool result arrived.',
  }),
  timing({
    name: 'long-task',
    aliases: ['long_task'],
    title: 'Long task',
    statistic: 'p95',
    description: 'A task that held the main thread for more than 50 ms.',
  }),
  timing({
    name: 'api-response-time',
    aliases: ['api_response_time'],
    title: 'API response',
    statistic: 'p95',
    description: "Duration of a request to the application's own API that succeeded.",
  }),
  timing({
    name: 'api-error',
    aliases: ['api_error'],
    title: 'Failed API request',
    statistic: 'p95',
    description: "Duration of a request to the application's own API that failed.",
  }),
  {
    name: 'widget-bundle-size',
    aliases: ['widget_bundle_size'],
    title: 'Widget bundle',
    unit: 'bytes',
    better: 'lower',
    maximum: 2 ** 32,
    statistic: 'p75',
    description: 'Bytes of script and style that a widget loads, as they travel.',
  },
  {
    name: 'js-error',
    aliases: ['js_error'],
    title: 'JavaScript error',
    unit: 'count',
    better: 'lower',
    maximum: 1,
    statistic: 'count',
    description: 'An uncaught error or unhandled rejection; the value is 1.',
  },
];

/** A value that no event carries: how many of some events there are among others. */
export interface RateDefinition {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly title: string;
  readonly unit: 'ratio';
  readonly better: 'lower' | 'higher';
  readonly statistic: 'rate';
  /** Metrics whose events are counted. */
  readonly part: readonly string[];
  /** And among which; those of `part` as well where they are events of the same kind. */
  readonly whole: readonly string[];
  readonly description: string;
}

const errorRate = (given: Pick<RateDefinition, 'name' | 'aliases' | 'title' | 'part' | 'whole' | 'description'>): RateDefinition => ({
  ...given,
  unit: 'ratio',
  better: 'lower',
  statistic: 'rate',
});

export const rateCatalogue: readonly RateDefinition[] = [
  errorRate({
    name: 'mcp-tool-error-rate',
    aliases: ['mcp_tool_error_rate'],
    title: 'Failed tool calls',
    part: ['mcp-tool-error'],
    whole: ['mcp-tool-execution', 'mcp-tool-error'],
    description: 'Tool calls that threw or answered isError, of all tool calls.',
  }),
  errorRate({
    name: 'api-error-rate',
    aliases: ['api_error_rate'],
    title: 'Failed API requests',
    part: ['api-error'],
    whole: ['api-response-time', 'api-error'],
    description: "Requests to the application's own API that failed, of all of them.",
  }),
  errorRate({
    name: 'widget-error-rate',
    aliases: ['widget_error_rate'],
    title: 'JavaScript errors a view',
    part: ['js-error'],
    // Every view that was seen paints once; TTFB is missing where no request was made for the page.
    whole: ['FCP'],
    description: 'Uncaught errors for each view that painted anything; above 1 where a view has several.',
  }),
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
