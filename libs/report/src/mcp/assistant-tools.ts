import type { RouteDescription } from '#platform';
import { type Json, jsonSchemaOf } from '../api/json-schema.ts';
import { queryParameters } from '../api/openapi.ts';

/** What an assistant may call: a documented request of the API under a name that says when to use it. */
export interface AssistantTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly route: RouteDescription;
  /** Of the arguments, and fitting what the route takes: the same schemas check it. */
  readonly inputSchema: Json & { readonly type: 'object' };
  /** Only for those who may change something. */
  readonly changes: boolean;
}

interface Offer {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Values in place of the route's own defaults: an assistant reads every number, a picture's width does not. */
  readonly usual?: Readonly<Record<string, string | number>>;
}

/** By the id of the route. What is not here is not offered: rules and monitors are made by people. */
const offers: Readonly<Record<string, Offer>> = {
  listMetrics: {
    ...{ name: 'list_metrics', title: 'Metrics now' },
    description: 'How every metric does in a window: count, p75, p95 and rating, with its unit. Begin here to see what is measured at all.',
  },
  metricSeries: {
    ...{ name: 'metric_over_time', title: 'A metric over time', usual: { points: 60 } },
    description: 'One metric in buckets over a window, with percentiles. Filter by route, tool, release, country, device to narrow it.',
  },
  metricBreakdown: {
    ...{ name: 'compare_by', title: 'A metric by one dimension', usual: { limit: 20 } },
    description: 'One metric by the values of a dimension: which route, tool, release, device or country is slow.',
  },
  dimensionValues: {
    ...{ name: 'list_values', title: 'Values of a dimension', usual: { limit: 50 } },
    description: 'Which routes, tools, releases, countries and so on there are, most events first. Use it before filtering by one.',
  },
  listRegressions: {
    ...{ name: 'list_regressions', title: 'What got slower', usual: { limit: 20 } },
    description: 'What got worse and since when, each cause once, with the suspected release. Answers "what got slower since Tuesday".',
  },
  regression: {
    ...{ name: 'explain_regression', title: 'Why it got slower' },
    description: 'One regression with its evidence: before and after, confidence, what explains it, whether the mix of visitors changed.',
  },
  listBudgets: {
    ...{ name: 'list_budgets', title: 'Performance budgets' },
    description: 'Each performance budget and whether it holds, what is violated first.',
  },
  listIncidents: {
    ...{ name: 'list_incidents', title: 'Incidents', usual: { limit: 20 } },
    description: 'Incidents of alert rules, the newest first: open, acknowledged, resolved.',
  },
  incident: {
    ...{ name: 'get_incident', title: 'One incident' },
    description: 'One incident with all that happened to it and who was told.',
  },
  listSilences: { name: 'list_silences', title: 'Silences', description: 'What nobody is told of at the moment, and until when.' },
  listRules: { name: 'list_alert_rules', title: 'Alert rules', description: 'The alert rules with their thresholds and routes.' },
  listMonitors: {
    ...{ name: 'list_monitors', title: 'Lighthouse monitors' },
    description: 'Pages that Lighthouse audits by schedule, and how the last visit went.',
  },
  monitor: {
    ...{ name: 'get_monitor', title: 'One Lighthouse monitor' },
    description: 'History of one audited page, and what its real visitors had beside it.',
  },
  latestEvents: {
    ...{ name: 'latest_events', title: 'Newest events', usual: { limit: 20 } },
    description: 'The newest measured values as they arrived. Shows whether data comes in at all.',
  },
  listDeploys: {
    ...{ name: 'list_deploys', title: 'Deploys', usual: { limit: 20 } },
    description: 'What went live and when. Hold it against the time since which something is slow.',
  },
  ledger: {
    ...{ name: 'data_health', title: 'Is data missing' },
    description: 'What became of everything received: stored, refused and why. Ask it before trusting a sudden drop.',
  },
  listTraces: {
    ...{ name: 'list_traces', title: 'Traces', usual: { limit: 20 } },
    description: 'Traces by service, tool, status or duration, slowest or newest first.',
  },
  trace: { name: 'get_trace', title: 'One trace', description: 'One trace as a tree: what the browser and each server did, and how long.' },
  listTools: {
    ...{ name: 'list_tools_called', title: 'Tools of the measured apps' },
    description: 'Per tool of the measured MCP servers: calls, percentiles, errors, tokens, slowest release.',
  },
  listServices: { name: 'list_services', title: 'Services', description: 'Per service: rate, errors, percentiles.' },
  serviceRoutes: {
    ...{ name: 'list_routes_of_service', title: 'Routes of a service' },
    description: 'Per route or operation of one service: rate, errors, percentiles.',
  },
  exemplars: {
    ...{ name: 'traces_near_percentile', title: 'Traces behind a percentile' },
    description: 'Traces whose value is nearest to a percentile of a metric. Then get_trace shows what a slow one spent its time on.',
  },
  beginSilence: {
    ...{ name: 'silence', title: 'Silence alerts' },
    description: 'Tell nobody of what matches, for a time. Ask the person for how long and why before calling it.',
  },
  endSilence: { name: 'end_silence', title: 'End a silence', description: 'End a silence before its time.' },
  acknowledgeIncident: {
    ...{ name: 'acknowledge_incident', title: 'Acknowledge an incident' },
    description: 'Say that somebody looks after it: no reminders for four hours. Only when the person said so.',
  },
  visitPage: {
    ...{ name: 'run_monitor', title: 'Run Lighthouse now' },
    description: 'Audit the page of a monitor now, before everything scheduled. The result comes with get_monitor after about a minute.',
  },
};

const isChange = ({ method, changes }: RouteDescription) => method !== undefined && changes !== false;

/** The tools among what the house answers, in the order of the offers. */
export function assistantTools(routes: readonly RouteDescription[]): readonly AssistantTool[] {
  const byId = new Map(routes.map((route) => [route.id, route]));
  return Object.entries(offers).flatMap(([id, { usual, ...offer }]) => {
    const route = byId.get(id);
    return route ? [{ ...offer, route, inputSchema: inputSchemaOf(route, usual), changes: isChange(route) }] : [];
  });
}

function inputSchemaOf(route: RouteDescription, usual: Offer['usual'] = {}): Json & { type: 'object' } {
  const body = route.body ? jsonSchemaOf(route.body, 'input') : {};
  const inPath = Object.entries(route.pathParameters).map(([name, { description, values }]) => [
    name,
    { type: 'string', description, ...(values && { enum: values }) },
  ]);
  const inQuery = queryParameters(route.query).map(({ name, description, schema }) => [
    name as string,
    { ...(schema as Json), ...(description === undefined ? {} : { description }), ...defaultOf(usual, name as string) },
  ]);
  const needed = queryParameters(route.query).flatMap(({ name, required }) => (required === true ? [name as string] : []));
  return {
    type: 'object',
    properties: { ...Object.fromEntries([...inPath, ...inQuery]), ...(body.properties as Json | undefined) },
    required: [...Object.keys(route.pathParameters), ...needed, ...((body.required as string[] | undefined) ?? [])],
    additionalProperties: false,
  };
}

function defaultOf(usual: NonNullable<Offer['usual']>, name: string): Json {
  return name === 'by' ? { default: 'assistant' } : name in usual ? { default: usual[name] } : {};
}

/** A request of the API. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly body?: Json;
}

/**
 * Where each argument goes: into the path, the address or the body. What the route does not know goes into the address too, for the route
 * to refuse it by name.
 */
export function requestOf({ route, inputSchema }: AssistantTool, given: Json): ApiRequest {
  const properties = inputSchema.properties as Readonly<Record<string, Json>>;
  const usual = Object.entries(properties).flatMap(([name, schema]) => ('default' in schema ? [[name, schema.default] as const] : []));
  const args: Json = { ...Object.fromEntries(usual), ...given };
  const inBody = new Set(route.body ? Object.keys((jsonSchemaOf(route.body, 'input').properties as Json | undefined) ?? {}) : []);
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(textOf(args[name])));
  const query = new URLSearchParams();
  const body: Json = {};
  for (const [name, value] of Object.entries(args)) {
    if (value === undefined || value === null || name in route.pathParameters) continue;
    if (inBody.has(name)) body[name] = value;
    else for (const one of Array.isArray(value) ? value : [value]) query.append(name, textOf(one));
  }
  const address = query.size > 0 ? `${path}?${query}` : path;
  const method = (route.method ?? 'get').toUpperCase() as ApiRequest['method'];
  return { method, url: address, ...(route.body && { body }) };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
