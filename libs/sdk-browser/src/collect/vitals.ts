import { type Metric, onCLS, onFCP, onINP, onLCP, onTTFB } from 'web-vitals';
import { guarded } from '../browser/diagnostics.ts';
import type { Record_ } from '../metric.ts';

type OnVital = (metric: Metric) => void;

let subscriber: OnVital | undefined;
let registered = false;

/** web-vitals observes for the page's lifetime and cannot be stopped, so it is asked once and its reports are passed on. */
export function collectVitals(record: Record_, reportSoftNavs = false): () => void {
  subscriber = guarded((metric) => {
    const { name, value, rating, delta, id, navigationType } = metric;
    record({ name, value, rating, delta, id, navigationType }, id);
  });
  if (!registered) {
    registered = true;
    const registrations = [onCLS, onINP, onLCP, onFCP, onTTFB] as ((report: OnVital, options: object) => void)[];
    for (const on of registrations) guarded(on)((metric) => subscriber?.(metric), { reportSoftNavs });
  }
  return () => {
    subscriber = undefined;
  };
}
