import { type Metric, onCLS, onFCP, onINP, onLCP, onTTFB } from 'web-vitals';
import { guarded } from '../browser/diagnostics.ts';
import { config } from '../config.ts';
import { landingRoute, record } from '../recorder.ts';
import { explainVitals } from './attribution/attribution.ts';
import { bounded } from './attribution/bounded.ts';

let explain: ((metric: Metric) => object) | undefined;
let registered = false;

const report = guarded((metric: Metric) => {
  // The same object comes again with a later report, so its fields are copied.
  const { name, value, rating, delta, id, navigationType, navigationURL } = metric;
  const attribution = explain && bounded(explain(metric), 256);
  // A page the browser navigated to softly has been left when its vitals are known, and only its address is.
  const route = navigationType === 'soft-navigation' ? '' : landingRoute;
  record({ name, value, rating, delta, id, navigationType, attribution, route, url: navigationURL }, id);
});

/** web-vitals observes for the page's lifetime and cannot be stopped, so it is asked once; without a monitor nothing is recorded. */
export function collectVitals(): void {
  explain = config.attribution === false ? undefined : explainVitals();
  if (registered) return;
  registered = true;
  for (const on of [onCLS, onINP, onLCP, onFCP, onTTFB] as ((report: (metric: Metric) => void, options: object) => void)[])
    guarded(on)(report, { reportSoftNavs: config.softNavigations });
}
