import { percentiles } from '#contracts';
import type { Measured, MeasuredWindow } from '../rules/measured.ts';
import type { MeasuredRule } from '../rules/rule.ts';
import { stretchesOf } from './stretches.ts';
import type { WindowRow } from './window-question.ts';

export interface LabelledWindows<Windows = ReadonlyMap<number, MeasuredWindow>> {
  readonly labels: Readonly<Record<string, string>>;
  /** By moment, seconds since 1970. */
  readonly windows: Windows;
}

/** What a row says of a value, without what it is of. */
export interface Cell extends Pick<WindowRow, 'part' | 'metric' | 'events' | 'bad_events' | 'quantiles'> {
  readonly n: string | number;
  readonly bad: string | number;
}

/** What the answer says to a rule, by the text of the labels. `rows`: with the parts that the rule's stretches have, counted from 0. */
export function windowsOf(rule: MeasuredRule, rows: readonly WindowRow[]): Map<string, LabelledWindows> {
  const sets = Map.groupBy(rows, ({ labels }) => labels.join('\n'));
  return new Map(
    [...sets.values()].map((set) => {
      const labels = labelled(rule, set[0]!.labels);
      const ends = Map.groupBy(set, ({ end }) => Number(end));
      const windows = [...ends].map(([end, found]) => [end, measuredWindow(rule, found)] as const);
      return [labelText(labels), { labels, windows: new Map(windows) }];
    }),
  );
}

/** Names to the values of a row, in the order of the names. */
export function labelled({ config }: MeasuredRule, values: readonly string[]): Readonly<Record<string, string>> {
  const names = [...config.groupBy].sort();
  return Object.fromEntries(names.map((name, i) => [name, values[i]!] as const));
}

/** The same for the same labels. */
export const labelText = (labels: Readonly<Record<string, string>>) => JSON.stringify(labels);

/** The rows of one set of labels at one moment. */
function measuredWindow(rule: MeasuredRule, rows: readonly Cell[]): MeasuredWindow {
  const parts = stretchesOf(rule).length;
  if (parts === 1) return [measuredOf(rule, rows)];
  const byPart = Map.groupBy(rows, ({ part }) => part);
  return Array.from({ length: parts }, (_, part) => measuredOf(rule, byPart.get(part) ?? [])) as unknown as MeasuredWindow;
}

/** The rows of one stretch of time. */
export function measuredOf(rule: MeasuredRule, rows: readonly Cell[]): Measured {
  const { metric } = rule;
  if (metric.statistic === 'rate') {
    const sum = (names: readonly string[], of: 'n' | 'events') =>
      rows.filter((row) => names.includes(row.metric)).reduce((total, row) => total + Number(row[of]), 0);
    const { part, whole } = metric.definition;
    const events = sum(whole, 'events');
    return { value: events === 0 ? null : sum(part, 'events') / events, samples: sum(whole, 'n'), bad: sum(part, 'n') };
  }
  const [row] = rows;
  if (!row) return { value: metric.statistic === 'count' ? 0 : null, samples: 0 };
  const samples = Number(row.n);
  if (rule.kind === 'absence') return { value: null, samples };
  if (rule.kind === 'burn_rate') return { value: row.bad_events / row.events, samples, bad: Number(row.bad) };
  const value = metric.statistic === 'count' ? row.events : row.quantiles[percentiles.indexOf(metric.statistic)]!;
  return { value: Number(value.toPrecision(6)), samples };
}
