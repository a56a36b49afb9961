import { config } from '../config.ts';

/** The console belongs to the page: without debug mode nothing of ours appears there but a CSP that blocks beacons. */
let complained = false;

export function debug(...parts: unknown[]): void {
  if (config.enableDebug) console.log('[beaconhouse]', ...parts);
}

/** A measurement that fails must not become an error of the page. One warning in debug mode, however much is missing. */
export function guarded<A extends unknown[], R>(run: (...args: A) => R): (...args: A) => R | undefined {
  return (...args) => {
    try {
      return run(...args);
    } catch (error) {
      if (config.enableDebug && !complained) console.warn('[beaconhouse]', error);
      complained = true;
    }
  };
}
