import type { ResultUnit } from '../assertions/assertion-result.ts';

/** What the values of a measure are in. */
export function unitOf(name: string): ResultUnit {
  if (name === 'CLS') return 'shift';
  return name.endsWith('-bytes') ? 'bytes' : 'ms';
}
