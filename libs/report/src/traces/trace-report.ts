import { Injectable } from '@nestjs/common';
import { weightsIn } from '#contracts';
import { Clock, Refusal, Warehouse } from '#platform';
import { resolveMetric } from '../metrics/metric-name.ts';
import { MetricReport, type MetricScope } from '../metrics/metric-report.ts';
import { type Exemplar, exemplars } from '../questions/exemplars.ts';
import {
  type EventOfTrace,
  eventsOfTrace,
  type LogOfTrace,
  logsOfTrace,
  mostSpans,
  type SpanOfTrace,
  spansOfTrace,
} from '../questions/one-trace.ts';
import { type FoundSpan, type SpanSearch, spanList } from '../questions/span-list.ts';
import {
  byRoute,
  byService,
  byTool,
  byToolAndRelease,
  parseSpanSummary,
  type SpanGrouping,
  type SpanScope,
  type SpanSummaryRow,
  spanSummary,
} from '../questions/span-summary.ts';
import { type ToolBytes, toolBytes } from '../questions/tool-bytes.ts';
import { type ReleaseOfTool, toolReleases } from '../questions/tool-releases.ts';
import { longestRawDays, type RangeRequest, totalSources } from '../range/cell-source.ts';
import { dayMs, type TimeRange } from '../range/time-range.ts';
import { ReportOptions } from '../report-options.ts';
import { KnownWeightings } from '../sketch/known-weightings.ts';
import { type TraceNode, traceTree } from './trace-tree.ts';

export interface SpanRange extends SpanScope {
  readonly range: TimeRange;
}

/** Releases are compared by so many calls at least. */
const fewestCalls = 20;
/** Tools, each with its releases. */
const mostReleases = 10_000;
const percentileLevels = { p50: 0.5, p75: 0.75, p95: 0.95, p99: 0.99 } as const;
export type ExemplarPercentile = keyof typeof percentileLevels;

/** Answers about spans: one trace whole, which there are, and what services, routes and tools do. */
@Injectable()
export class TraceReport {
  readonly #weightings = new KnownWeightings();

  constructor(
    private readonly warehouse: Warehouse,
    private readonly clock: Clock,
    private readonly options: ReportOptions,
    private readonly metrics: MetricReport,
  ) {}

  /** Everything that came of a trace, from browsers and servers, as one tree. */
  async one(project: string, traceId: string, signal: AbortSignal) {
    const ask = <Row extends object>(question: { sql: string }) => this.warehouse.ask<Row>({ ...question, signal });
    const [spans, events, logs] = await Promise.all([
      ask<SpanOfTrace>(spansOfTrace(project, traceId)),
      ask<EventOfTrace>(eventsOfTrace(project, traceId)),
      ask<LogOfTrace>(logsOfTrace(project, traceId)),
    ]);
    if (spans.length + events.length + logs.length === 0)
      throw new Refusal('not_found', 'nothing is stored of this trace: it was sampled out, is too old, or has not arrived', 'id');
    const kept = spans.slice(0, mostSpans);
    const nodes = [...events.map(nodeOfEvent), ...kept.map(nodeOfSpan)];
    const { nodes: placed, ...whole } = traceTree(nodes);
    return {
      ...{ traceId, ...whole, truncated: spans.length > mostSpans },
      spans: [...placed],
      logs: logs.map(({ at, span_id: spanId, ...log }) => ({ at: Number(at), spanId: spanId || null, ...log })),
    };
  }

  async list(search: SpanSearch, signal: AbortSignal) {
    requireRaw(search.range);
    const rows = await this.warehouse.ask<FoundSpan>({ ...spanList(search), signal });
    const { range, limit } = search;
    return { ...range, truncated: rows.length > limit, data: rows.slice(0, limit).map(foundSpan) };
  }

  async services(scope: SpanRange, limit: number, signal: AbortSignal) {
    return this.#summaries<{ service: string; env: string }>(scope, byService, limit, signal, ({ service, env }) => ({ service, env }));
  }

  async routes(scope: SpanRange, limit: number, signal: AbortSignal) {
    type Row = { env: string; route: string; name: string };
    return this.#summaries<Row>(scope, byRoute, limit, signal, ({ env, route, name }) => ({ env, route, name }));
  }

  /** Each tool as browsers saw it called, and as servers did the work. */
  async tools(scope: MetricScope, limit: number, signal: AbortSignal) {
    const { project, range, filters } = scope;
    const spans = { project, range, ...(filters.env && { env: filters.env }) };
    const byPart = { by: 'tool', limit: 1_000 } as const;
    const [calls, failed, sizes, releases, done, doneByRelease] = await Promise.all([
      this.metrics.breakdown(resolveMetric('mcp-tool-execution'), scope, byPart, signal),
      this.metrics.breakdown(resolveMetric('mcp_tool_error_rate'), scope, byPart, signal),
      this.warehouse.ask<ToolBytes>({ ...toolBytes(scope, totalSources(this.#request(range))), signal }),
      range.to - range.from > longestRawDays * dayMs ? [] : this.warehouse.ask<ReleaseOfTool>({ ...toolReleases(scope, range), signal }),
      this.#ask<{ tool: string }>(spans, byTool, 1_000, signal),
      this.#ask<{ tool: string; release: string }>(spans, byToolAndRelease, mostReleases, signal),
    ]);
    const browser = new Map(
      failed.data.map(({ key, count, samples, value: errorRate }) => {
        const timed = calls.data.find((one) => one.key === key);
        const { p50 = null, p75 = null, p95 = null, p99 = null } = timed ?? {};
        const slowest = releases.find(({ tool }) => tool === key);
        const bytes = Math.round(sizes.find(({ tool }) => tool === key)?.bytes ?? 0);
        const percentiles = { p50, p75, p95, p99, slowestRelease: slowest ? releaseOf(slowest) : null };
        return [key, { count, samples, errorRate, ...percentiles, bytes, tokens: tokensOf(bytes) }] as const;
      }),
    );
    const server = new Map(
      done.map(({ tool, ...row }) => {
        const of = doneByRelease.filter((one) => one.tool === tool && one.release !== '' && Number(one.n) >= fewestCalls);
        const slowest = of.map((one) => ({ release: one.release, p95: parseSpanSummary(one, 1).p95 })).sort((a, b) => b.p95 - a.p95)[0];
        const { bytes, ...summary } = parseSpanSummary(row, range.to - range.from);
        return [tool, { ...summary, bytes, tokens: tokensOf(bytes), slowestRelease: slowest ?? null }] as const;
      }),
    );
    const tools = [...new Set([...browser.keys(), ...server.keys()])].filter((tool) => tool !== 'unknown');
    const data = tools.map((tool) => ({ tool, browser: browser.get(tool) ?? null, server: server.get(tool) ?? null }));
    const callsOf = ({ browser: seen, server: made }: (typeof data)[number]) => Math.max(seen?.count ?? 0, made?.count ?? 0);
    data.sort((one, other) => callsOf(other) - callsOf(one) || one.tool.localeCompare(other.tool));
    return { ...range, truncated: data.length > limit, data: data.slice(0, limit) };
  }

  /** Traces near a percentile: what the slow ones look like from inside. */
  async exemplars(scope: MetricScope & { readonly metric: string }, percentile: ExemplarPercentile, limit: number, signal: AbortSignal) {
    const { range, ...asked } = scope;
    requireRaw(range);
    const question = exemplars(asked, range, percentileLevels[percentile], limit);
    const rows = await this.warehouse.ask<Exemplar>({ ...question, signal });
    const data = rows.map(({ trace: traceId, value, at, route, tool, release }) => ({
      traceId,
      value,
      at: Number(at),
      route,
      tool,
      release,
    }));
    return { ...range, metric: scope.metric, percentile, value: rows[0]?.percentile ?? null, data };
  }

  async #summaries<Row extends object>(
    scope: SpanRange,
    grouping: SpanGrouping,
    limit: number,
    signal: AbortSignal,
    keysOf: (row: Row) => Row,
  ) {
    const rows = await this.#ask<Row>(scope, grouping, limit, signal);
    const { from, to } = scope.range;
    const data = rows.slice(0, limit).map((row) => ({ ...keysOf(row), ...parseSpanSummary(row, to - from) }));
    return { from, to, truncated: rows.length > limit, data };
  }

  /** With the weighting the project needed last, and again where the answer shows that it needs another now. */
  async #ask<Row extends object>({ range, ...scope }: SpanRange, grouping: SpanGrouping, limit: number, signal: AbortSignal) {
    const sources = totalSources(this.#request(range));
    const guess = this.#weightings.guess(scope.project);
    const ask = (weighting: typeof guess) =>
      this.warehouse.ask<SpanSummaryRow & Row>({ ...spanSummary(scope, grouping, sources, weighting, limit), signal });
    const rows = await ask(guess);
    const corrected = this.#weightings.correct(scope.project, guess, weightsIn(rows));
    return corrected === undefined ? rows : ask(corrected);
  }

  #request(range: TimeRange): RangeRequest {
    return { range, now: this.clock.now(), retention: this.options.retention, rawParameter: null };
  }
}

/** As everywhere: four bytes are about a token. */
const tokensOf = (bytes: number) => Math.ceil(bytes / 4);

const releaseOf = ({ release, p95 }: ReleaseOfTool) => ({ release, p95: Number(p95.toPrecision(6)) });

/** Spans are scanned, not merged. */
function requireRaw({ from, to }: TimeRange): void {
  if (to - from <= longestRawDays * dayMs) return;
  const most = `${longestRawDays}d`;
  throw new Refusal('range_too_long', `single events answer this, for at most ${longestRawDays} days at once`, 'window', most);
}

function foundSpan({ trace: traceId, span: spanId, start_us: startUs, duration_us: durationUs, error, ...span }: FoundSpan) {
  const { error_type: errorType, http_status: httpStatus, ...rest } = span;
  const times = { start: Number(startUs) / 1_000, durationMs: Number(durationUs) / 1_000 };
  return { traceId, spanId, ...rest, ...times, error: error === 1, errorType, httpStatus };
}

function nodeOfSpan(span: SpanOfTrace) {
  return {
    ...{ id: span.span_id, parentId: span.parent_id || null, source: 'server', protocol: span.source },
    ...{ service: span.service, env: span.env, release: span.release, name: span.name, resource: span.resource, kind: span.kind },
    ...{ tool: span.tool, route: span.route, httpStatus: span.http_status, weight: span.weight },
    ...{ start: Number(span.start_us) / 1_000, durationMs: Number(span.duration_us) / 1_000 },
    ...{ error: span.error === 1, errorType: span.error_type, errorMessage: span.error_message, attributes: span.attrs },
  } as const satisfies TraceNode & object;
}

/** A browser says when it had the value, which for a time is at its end. One without an id of its own stands for itself. */
function nodeOfEvent(event: EventOfTrace, index: number) {
  const durationMs = event.metric === 'js-error' ? 0 : event.value;
  const failed = event.metric === 'js-error' || event.metric.endsWith('-error');
  return {
    ...{ id: event.span_id || `event-${index}`, parentId: null, source: 'browser', protocol: 'rum' },
    ...{ service: event.app, env: event.env, release: event.release, name: event.metric, resource: event.tool, kind: 'client' },
    ...{ tool: event.tool, route: event.route, httpStatus: 0, weight: 1 },
    ...{ start: Number(event.at) - durationMs, durationMs },
    ...{ error: failed, errorType: event.attrs.type ?? '', errorMessage: event.attrs.message ?? '', attributes: event.attrs },
  } as const satisfies TraceNode & object;
}
