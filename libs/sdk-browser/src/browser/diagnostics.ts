/** The console belongs to the page: without debug mode nothing of ours appears there but a CSP that blocks beacons. */
let debugging = false;
let complained = false;

export function setDebug(on: boolean): void {
  debugging = on;
  complained = false;
}

export function debug(...parts: unknown[]): void {
  if (debugging) console.log('[beaconhouse]', ...parts);
}

/** One warning a page, however much is missing. */
export function complain(error: unknown): void {
  if (debugging && !complained) {
    complained = true;
    console.warn('[beaconhouse]', error);
  }
}

/** A measurement that fails must not become an error of the page. */
export function guarded<A extends unknown[]>(run: (...args: A) => unknown): (...args: A) => void {
  return (...args) => {
    try {
      run(...args);
    } catch (error) {
      complain(error);
    }
  };
}
