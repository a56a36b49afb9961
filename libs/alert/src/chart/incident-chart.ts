import type { AlertState, Clock, Warehouse } from '#platform';
import { recallOne } from '../alert-book.ts';
import type { Incident } from '../incidents/incident.ts';
import type { Notice } from '../notices/notice.ts';
import type { LiveRules } from '../rules/live-rules.ts';
import type { Chart } from './chart.ts';
import { chartAlt } from './chart-alt.ts';
import { chartDrawing } from './chart-drawing.ts';
import { type ChartSubject, chartOfRule } from './chart-of-rule.ts';
import { askChart, chartRange } from './chart-question.ts';
import { type ChartLinks, chartUrl } from './chart-signature.ts';
import { isDrawn } from './drawn-rule.ts';
import type { Painter } from './painter.ts';

export interface ChartParts {
  readonly state: AlertState;
  readonly warehouse: Warehouse;
  readonly clock: Clock;
  readonly rules: Pick<LiveRules, 'current'>;
  readonly painter: Painter;
  /** Absent: charts have no address. */
  readonly links?: ChartLinks | undefined;
}

const minuteMs = 60_000;
/** A minute is not whole in the warehouse before. */
const settledMs = 15_000;
/** How it went on after the end. */
const tailMs = 10 * minuteMs;
/** Somebody waits for a chart: the warehouse is not asked for longer. */
export const chartPatienceMs = 3_000;

const minuteOf = (ms: number) => Math.floor(ms / minuteMs) * minuteMs;

/** An incident as it stands, or stood when it ended. Null where there is none, where its rule is gone or measures nothing, or where there is nothing to see. */
export async function incidentChart(
  parts: ChartParts,
  incidentId: string,
  signal: AbortSignal = AbortSignal.timeout(chartPatienceMs),
): Promise<Chart | null> {
  const incident = await storedIncident(parts, incidentId);
  if (!incident) return null;
  const { measure, resolvedAt } = incident;
  const settled = minuteOf(parts.clock.now() - settledMs);
  const end = resolvedAt === null ? settled : Math.min(resolvedAt + tailMs, settled);
  const subject = { ...incident, firedAt: incident.detectedAt, baseline: measure?.reference ?? null };
  return makeChart(parts, { ...incident, end, subject, signal });
}

/** An incident as a notice tells of it, even if it has gone on since. */
export async function noticeChart(parts: ChartParts, notice: Notice, signal: AbortSignal): Promise<Chart | null> {
  const { incident, measure, at, deploy } = notice;
  // Rules are judged at full minutes, people act at any time.
  const end = at % minuteMs === 0 ? at : minuteOf(at - settledMs);
  const known = await recallOne(parts.state, 'incident', incident.id);
  const subject: ChartSubject = {
    ...{ labels: notice.labels, openedAt: incident.openedAt, firedAt: known?.value.detectedAt ?? null, deploy },
    ...{ resolvedAt: incident.resolvedAt ?? null, baseline: measure?.reference ?? null },
  };
  return makeChart(parts, { ...notice, id: incident.id, end, subject, signal });
}

interface Wanted {
  readonly id: string;
  readonly project: string;
  readonly rule: { readonly id: string };
  readonly end: number;
  readonly subject: ChartSubject;
  readonly signal: AbortSignal;
}

async function makeChart(parts: ChartParts, { id, project, rule: { id: ruleId }, end, subject, signal }: Wanted): Promise<Chart | null> {
  const { warehouse, painter, rules, links, clock } = parts;
  const { watched } = await rules.current();
  const rule = watched
    .filter((one) => one.project === project && one.rule.id === ruleId)
    .map((one) => one.rule)
    .find(isDrawn);
  if (!rule) return null;
  const range = chartRange(rule, subject.openedAt, end);
  let alt = '';
  const png = await painter.paint(async (measure) => {
    const values = await askChart(warehouse, { project, rule, labels: subject.labels, range, signal });
    const picture = chartOfRule(rule, subject, range, values);
    alt = chartAlt(picture);
    return chartDrawing(picture, measure);
  });
  return png && { png, alt, ...(links && { url: chartUrl(links, id, clock.now()) }) };
}

/** One that ended is remembered by the journal alone. */
async function storedIncident({ state, warehouse }: ChartParts, id: string): Promise<Incident | undefined> {
  const known = await recallOne(state, 'incident', id);
  if (known) return known.value;
  const [last] = await warehouse.ask<{ body: string }>({
    sql: "SELECT argMax(body, at) AS body FROM alert_journal WHERE kind = 'incident' AND id = {id:String} GROUP BY id",
    params: { id },
  });
  return last && (JSON.parse(last.body) as Incident);
}
