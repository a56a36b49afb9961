export type Trend = 'increasing' | 'decreasing' | 'stable';

/** Two-sided at 5 %. */
const critical = 1.96;
const fewest = 6;

/**
 * Mann-Kendall test: whether later values are larger than earlier ones more often than chance would have it. It knows no unit and is
 * not moved by outliers (Mann 1945, Kendall 1975).
 */
export function trendOf(values: readonly number[]): Trend {
  const n = values.length;
  if (n < fewest) return 'stable';
  let score = 0;
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) score += Math.sign(values[j]! - values[i]!);
  const deviation = Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  const z = (score - Math.sign(score)) / deviation;
  if (Math.abs(z) < critical) return 'stable';
  return z > 0 ? 'increasing' : 'decreasing';
}
