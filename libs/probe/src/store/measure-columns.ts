import type { MeasureName } from '../lhr/measures.ts';

/** In `synthetic_runs`. */
export const measureColumns = {
  ...{ LCP: 'lcp', FCP: 'fcp', TBT: 'tbt', CLS: 'cls', SI: 'si', TTI: 'tti', TTFB: 'ttfb', INP: 'inp' },
  ...{ 'total-bytes': 'total_bytes', 'script-bytes': 'script_bytes', requests: 'requests' },
  ...{ 'dom-elements': 'dom_elements', 'console-errors': 'console_errors' },
} as const satisfies Record<MeasureName, string>;

type Columns = Readonly<Record<(typeof measureColumns)[MeasureName], number | null>>;

const entries = Object.entries(measureColumns) as [MeasureName, (typeof measureColumns)[MeasureName]][];

export const toColumns = (values: Readonly<Record<MeasureName, number | null>>): Columns =>
  Object.fromEntries(entries.map(([name, column]) => [column, values[name]])) as Columns;

export const fromColumns = (row: Columns): Record<MeasureName, number | null> =>
  Object.fromEntries(entries.map(([name, column]) => [name, row[column]])) as Record<MeasureName, number | null>;
