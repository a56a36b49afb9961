/** Of a machine that a mobile device is four times slower than, over four: Lighthouse's calibration, see docs/synthetic in the specification of `auto`. */
const indexPerStep = 437;

/** How many times slower than this machine a mobile device is, by Lighthouse's benchmark index: 1 to 10, so that each machine stands for the same device. */
export function cpuSlowdown(benchmarkIndex: number): number {
  return Math.min(10, Math.max(1, benchmarkIndex / indexPerStep));
}
