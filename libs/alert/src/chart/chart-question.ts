import { askWeighted, type Warehouse } from '#platform';
import { labelText, windowsOf } from '../evaluation/labelled-windows.ts';
import { askedOf, questionOf, type WindowRow } from '../evaluation/window-question.ts';
import type { MeasuredWindow } from '../rules/measured.ts';
import type { RuleScope } from '../rules/rule.ts';
import type { ChartPoint } from './chart-picture.ts';
import type { DrawnRule } from './drawn-rule.ts';

/** Seconds since 1970, full minutes; `to` is a moment of it. */
export interface ChartRange {
  readonly from: number;
  readonly to: number;
  readonly stepS: number;
}

export const mostPoints = 120;
const minuteS = 60;
/** What it was like before: so many windows, but neither less nor more than this. */
const windowsBefore = 6;
const leadS = { least: 30 * minuteS, most: 6 * 3_600 };

/** From some time before the first breach to the end; both in milliseconds since 1970. */
export function chartRange({ config }: DrawnRule, openedAt: number, end: number): ChartRange {
  const to = Math.floor(end / 60_000) * minuteS;
  const lead = Math.min(Math.max(windowsBefore * config.windowS, leadS.least), leadS.most);
  const wanted = Math.min(Math.floor(openedAt / 60_000) * minuteS, to) - lead;
  const stepS = minuteS * Math.ceil((to - wanted) / minuteS / (mostPoints - 1));
  return { from: to - stepS * Math.floor((to - wanted) / stepS), to, stepS };
}

export interface ChartValues {
  readonly points: readonly ChartPoint[];
  /** What the window was held against, of a rule that compares two times. */
  readonly before: readonly ChartPoint[] | null;
}

export interface ChartQuestion {
  readonly project: string;
  readonly rule: DrawnRule;
  /** Of the incident: those that the rule tells its instances apart by. */
  readonly labels: Readonly<Record<string, string>>;
  readonly range: ChartRange;
  readonly signal: AbortSignal;
}

/** What the rule saw at each moment, in one question: the same windows that are judged. */
export async function askChart(warehouse: Warehouse, { project, rule, labels, range, signal }: ChartQuestion): Promise<ChartValues> {
  const own = ownLabels(rule, labels);
  const scope: RuleScope = { ...rule.scope, ...own };
  const rows = await askWeighted<WindowRow>(warehouse, (weighting) => ({
    ...askedOf(questionOf({ ...rule, scope }, project, range), weighting),
    signal,
  }));
  const windows = windowsOf(rule, rows).get(labelText(own))?.windows ?? new Map<number, MeasuredWindow>();
  const moments = Array.from({ length: 1 + (range.to - range.from) / range.stepS }, (_, index) => range.from + index * range.stepS);
  const pointsOf = (read: (window: MeasuredWindow) => number | null) =>
    moments.map((moment): ChartPoint => {
      const window = windows.get(moment);
      return { t: moment * 1_000, value: window ? read(window) : null };
    });
  const compares = rule.kind === 'change' && rule.compare !== 'window';
  return {
    points: pointsOf((window) => judgedValue(rule, window)),
    before: compares ? pointsOf(([earlier]) => enough(rule, earlier)) : null,
  };
}

/** In the order that the windows of a rule have theirs in. */
function ownLabels({ config }: DrawnRule, labels: Readonly<Record<string, string>>): RuleScope {
  return Object.fromEntries([...config.groupBy].sort().map((name) => [name, labels[name] ?? '']));
}

/** What is judged of a window: of its parts the latest with enough samples. What has too few is not judged, and so not shown. */
function judgedValue(rule: DrawnRule, window: MeasuredWindow): number | null {
  const compares = rule.kind === 'change' && rule.compare !== 'window';
  const parts = compares ? window.slice(-1) : window;
  return parts.map((part) => enough(rule, part)).findLast((value) => value !== null) ?? null;
}

const enough = ({ minSamples }: DrawnRule, { value, samples }: MeasuredWindow[number]) => (samples >= minSamples ? value : null);
