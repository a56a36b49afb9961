import { type MetricDefinition, metricCatalogue } from '#contracts';

/** One file of a dashboard of Grafana. */
export interface GrafanaDashboard {
  readonly file: string;
  readonly dashboard: Readonly<Record<string, unknown>>;
}

interface Panel {
  readonly title: string;
  readonly type: 'timeseries' | 'table' | 'stat';
  readonly sql: string;
  readonly unit?: string;
  readonly thresholds?: MetricDefinition['thresholds'];
  readonly description?: string;
  /** Of 24 columns. */
  readonly width?: number;
}

const datasource = { type: 'grafana-clickhouse-datasource', uid: 'beaconhouse' };
/** Grafana's names of our units. */
const units: Readonly<Record<MetricDefinition['unit'], string>> = {
  ...{ ms: 'ms', bytes: 'decbytes', score: 'none', count: 'short', ratio: 'percentunit' },
};
const panelHeight = 8;

/** Of people, and each value once. Weighted: a sampled event stands for others. */
const inScope = `$__timeFilter(ts) AND project = '$project' AND $__conditionalAll(env IN ($environment), $environment) AND counted AND agent != 'bot'`;
const weighted = (level: number) => `quantileExactWeighted(${level})(value, toUInt32(round(weight)))`;

function metricPanel({ name, title, unit, statistic, thresholds, description }: MetricDefinition): Panel {
  const level = statistic === 'p95' ? 0.95 : 0.75;
  const value = statistic === 'count' ? 'sum(weight)' : weighted(level);
  const what = statistic === 'count' ? 'count' : statistic;
  return {
    ...{ title: `${title}, ${what}`, type: 'timeseries', description, unit: statistic === 'count' ? 'short' : units[unit] },
    ...(thresholds && statistic !== 'count' && { thresholds }),
    sql: `SELECT $__timeInterval(ts) AS time, ${value} AS "${name}" FROM rum WHERE ${inScope} AND metric = '${name}' GROUP BY time ORDER BY time`,
  };
}

const isVital = ({ name }: MetricDefinition) => ['LCP', 'INP', 'CLS', 'FCP', 'TTFB'].includes(name);
const isOfTools = ({ name }: MetricDefinition) => /^(mcp|widget)-/.test(name);
const ofSpans = `$__timeFilter(start) AND project = '$project' AND $__conditionalAll(env IN ($environment), $environment)`;

const webVitals = (): Panel[] => [
  ...metricCatalogue.filter(isVital).map(metricPanel),
  {
    ...{ title: 'By route', type: 'table', width: 24 },
    sql: `SELECT route, metric, ${weighted(0.75)} AS p75, round(sum(weight)) AS events, round(sumIf(weight, rating = 'good') / sum(weight), 3) AS good FROM rum WHERE ${inScope} AND rating != 'unknown' GROUP BY route, metric ORDER BY events DESC LIMIT 200`,
  },
];

const toolsAndApm = (): Panel[] => [
  ...metricCatalogue.filter(isOfTools).map(metricPanel),
  {
    ...{ title: 'Tools, as widgets saw them', type: 'table', width: 12 },
    sql: `SELECT tool, round(sum(weight)) AS calls, ${weighted(0.95)} AS p95_ms, round(sumIf(weight, metric = 'mcp-tool-error') / sum(weight), 4) AS failed FROM rum WHERE ${inScope} AND metric IN ('mcp-tool-execution', 'mcp-tool-error') GROUP BY tool ORDER BY calls DESC LIMIT 100`,
  },
  {
    ...{ title: 'Services', type: 'table', width: 12 },
    sql: `SELECT service, if(route = '', name, route) AS request, round(sum(weight)) AS requests, quantileExactWeighted(0.95)(duration_us, toUInt32(round(weight))) / 1000 AS p95_ms, round(sumIf(weight, error = 1) / sum(weight), 4) AS failed FROM spans WHERE ${ofSpans} AND entry = 1 GROUP BY service, request ORDER BY requests DESC LIMIT 100`,
  },
];

const alerts = (): Panel[] => [
  {
    ...{ title: 'Incidents', type: 'table', width: 24 },
    sql: `SELECT opened_at, severity, rule_name, state, headline, resolved_at, acknowledged_by FROM alerts WHERE $__timeFilter(opened_at) AND project = '$project' ORDER BY opened_at DESC LIMIT 200`,
  },
  {
    ...{ title: 'Attempts to tell', type: 'timeseries', unit: 'short' },
    sql: `SELECT $__timeInterval(at) AS time, count() AS attempts, countIf(result != 'delivered') AS "not delivered" FROM alert_notices WHERE $__timeFilter(at) AND project = '$project' GROUP BY time ORDER BY time`,
  },
  {
    ...{ title: 'By channel', type: 'table' },
    sql: `SELECT channel, result, count() AS attempts, round(quantile(0.95)(took_ms)) AS p95_ms FROM alert_notices WHERE $__timeFilter(at) AND project = '$project' GROUP BY channel, result ORDER BY attempts DESC`,
  },
  {
    ...{ title: 'Budgets and regressions', type: 'table', width: 24 },
    sql: `SELECT at, kind, state, severity, title, metric, value, reference, unit FROM findings WHERE $__timeFilter(at) AND project = '$project' ORDER BY at DESC LIMIT 200`,
  },
];

const synthetic = (): Panel[] => [
  ...(['lcp', 'fcp', 'tbt', 'cls', 'si'] as const).map(
    (name): Panel => ({
      ...{ title: `${name.toUpperCase()} in the laboratory`, type: 'timeseries', unit: name === 'cls' ? 'none' : 'ms' },
      sql: `SELECT $__timeInterval(at) AS time, monitor, median(${name}) AS value FROM synthetic WHERE $__timeFilter(at) AND project = '$project' AND kept GROUP BY time, monitor ORDER BY time`,
    }),
  ),
  {
    ...{ title: 'Visits that failed', type: 'table' },
    sql: `SELECT at, monitor, url, error FROM synthetic WHERE $__timeFilter(at) AND project = '$project' AND error != '' ORDER BY at DESC LIMIT 100`,
  },
];

const pipeline = (): Panel[] => [
  {
    ...{ title: 'Events', type: 'timeseries', unit: 'short', width: 24 },
    sql: `SELECT $__timeInterval(t) AS time, outcome, sum(events) AS events FROM ledger WHERE $__timeFilter(t) AND project = '$project' AND outcome != 'adjusted' GROUP BY time, outcome ORDER BY time`,
  },
  {
    ...{ title: 'Refused, by reason', type: 'timeseries', unit: 'short' },
    sql: `SELECT $__timeInterval(t) AS time, reason, sum(events) + sum(beacons) AS refused FROM ledger WHERE $__timeFilter(t) AND project = '$project' AND outcome = 'rejected' GROUP BY time, reason ORDER BY time`,
  },
  {
    ...{ title: 'Accepted and not stored (0 when nothing is in flight)', type: 'stat', unit: 'short' },
    sql: `SELECT sumIf(events, outcome = 'accepted') - sumIf(events, outcome IN ('stored', 'dead_lettered', 'removed')) + sumIf(events, outcome = 'replayed') AS events FROM ledger WHERE $__timeFilter(t) AND project = '$project'`,
  },
];

/** Dashboards over the documented views, made of the metric catalogue. `npm run docs` writes them to infra/grafana. */
export const grafanaDashboards = (): readonly GrafanaDashboard[] => [
  dashboard('web-vitals', 'Web Vitals', webVitals()),
  dashboard('tools-and-apm', 'Tools and APM', toolsAndApm()),
  dashboard('alerts', 'Alerts and deliveries', alerts()),
  dashboard('synthetic', 'Synthetic', synthetic()),
  dashboard('pipeline', 'Pipeline health', pipeline()),
];

function dashboard(file: string, title: string, panels: readonly Panel[]): GrafanaDashboard {
  let [x, y] = [0, 0];
  const placed = panels.map((panel, index) => {
    const { width = 12 } = panel;
    if (x + width > 24) [x, y] = [0, y + panelHeight];
    const gridPos = { x, y, w: width, h: panelHeight };
    x += width;
    return panelOf(panel, index + 1, gridPos);
  });
  return {
    file: `${file}.json`,
    dashboard: {
      ...{
        uid: `beaconhouse-${file}`,
        title: `Beaconhouse: ${title}`,
        tags: ['beaconhouse'],
        timezone: 'utc',
        editable: true,
        schemaVersion: 39,
      },
      ...{ time: { from: 'now-24h', to: 'now' }, refresh: '1m', templating: { list: variables }, annotations: { list: [deploys] } },
      panels: placed,
    },
  };
}

function panelOf({ title, type, sql, unit = 'none', thresholds, description }: Panel, id: number, gridPos: object) {
  const steps = thresholds && [
    { color: 'green', value: null },
    { color: 'yellow', value: thresholds.good },
    { color: 'red', value: thresholds.poor },
  ];
  return {
    ...{ id, title, type, gridPos, datasource, ...(description !== undefined && { description }) },
    fieldConfig: {
      defaults: { unit, ...(steps && { thresholds: { mode: 'absolute', steps }, custom: { thresholdsStyle: { mode: 'line' } } }) },
      overrides: [],
    },
    targets: [targetOf(sql, type === 'timeseries' ? 'timeseries' : 'table')],
  };
}

const targetOf = (rawSql: string, queryType: 'timeseries' | 'table') => ({
  ...{ refId: 'A', datasource, editorType: 'sql', queryType, format: queryType === 'timeseries' ? 0 : 1, rawSql },
});

const variable = (name: string, label: string, query: string, more: object) => ({
  ...{ name, label, type: 'query', datasource, query, definition: query, refresh: 2, sort: 1, ...more },
});
const variables = [
  variable('project', 'Project', 'SELECT DISTINCT project FROM ledger WHERE t > now() - INTERVAL 7 DAY ORDER BY project', {
    ...{ multi: false, includeAll: false },
  }),
  variable(
    'environment',
    'Environment',
    "SELECT DISTINCT env FROM rum WHERE ts > now() - INTERVAL 1 DAY AND project = '$project' ORDER BY env LIMIT 50",
    { multi: true, includeAll: true, current: { text: 'All', value: '$__all' } },
  ),
];

const deploySql = `SELECT at AS time, concat(app, ' ', release) AS text, env AS tags FROM deploys WHERE $__timeFilter(at) AND project = '$project' ORDER BY at LIMIT 200`;
const deploys = { name: 'Deploys', enable: true, iconColor: 'blue', datasource, target: targetOf(deploySql, 'table') };
