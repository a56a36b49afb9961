import { unitOf } from '../compare/metric-unit.ts';
import { millisecondsText } from '../pages/figure-text.ts';

/** A measure as people read it, in the unit that its name has. */
export function amountText(metric: string, value: number | null): string {
  if (value === null) return '\u2013';
  const unit = unitOf(metric);
  if (unit === 'shift') return value.toFixed(2);
  if (unit === 'bytes') return value < 1_048_576 ? `${Math.round(value / 1_024)} KiB` : `${(value / 1_048_576).toFixed(1)} MiB`;
  return millisecondsText(value);
}
