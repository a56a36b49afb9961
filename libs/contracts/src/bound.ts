/** What a value should be: `less_than` is broken above the threshold, `greater_than` below. */
export interface Bound {
  readonly comparison: 'less_than' | 'greater_than';
  readonly threshold: number;
}

/** True where a value breaks the bound; at the threshold it holds. */
export function breaks({ comparison, threshold }: Bound, value: number): boolean {
  return comparison === 'less_than' ? value > threshold : value < threshold;
}
