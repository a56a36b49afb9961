const plain = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });

export const count = (value) => whole.format(value);

const units = {
  ms: (value) => (value >= 1_000 ? `${(value / 1_000).toFixed(2)} s` : `${whole.format(value)} ms`),
  score: (value) => value.toFixed(3),
  bytes: (value) => (value >= 1_024 ? `${plain.format(value / 1_024)} KiB` : `${whole.format(value)} B`),
  count: (value) => whole.format(value),
};

/** A value with its unit; a metric that an application named itself has none. */
export const withUnit = (value, unit) => (units[unit] ?? plain.format)(value);

/** How long ago, in the coarsest unit that still says something. */
export function ago(then, now) {
  const seconds = Math.max(0, Math.round((now - then) / 1_000));
  if (seconds < 2) return 'now';
  return seconds < 120 ? `${seconds} s ago` : `${Math.round(seconds / 60)} min ago`;
}

export const percent = (share) => `${plain.format(share * 100)} %`;
