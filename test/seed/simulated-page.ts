import type { LighthouseResult } from '../../libs/probe/src/lhr/lighthouse-result.ts';
import type { MeasuredRun } from '../../libs/probe/src/run/run-outcome.ts';
import { lighthouseResult } from './lighthouse-result.ts';
import { seededRandom } from './seeded-random.ts';

/** How the measurements of a page that never changes differ from run to run. */
export interface MachineNoise {
  /** Standard deviation of the logarithm of how slow the machine is, which all times of a run share. */
  readonly machine: number;
  /** How much of the machine's slowness is left in the next run: neighbours on the same host come and go. */
  readonly memory: number;
  /** The same for each metric alone; blocking time has three times of it. */
  readonly metric: number;
  /** Share of runs in which something else ran and all times are half as long again. */
  readonly disturbed: number;
  /** Standard deviation of bytes that differ from load to load, as of pages with advertisements; of the logarithm. */
  readonly bytes: number;
}

export const quiet: MachineNoise = { machine: 0.02, memory: 0.5, metric: 0.02, disturbed: 0, bytes: 0 };
export const usual: MachineNoise = { machine: 0.05, memory: 0.7, metric: 0.04, disturbed: 0.03, bytes: 0 };
export const wild: MachineNoise = { machine: 0.15, memory: 0.9, metric: 0.12, disturbed: 0.1, bytes: 0.1 };

const times = { LCP: 1_500, FCP: 900, TBT: 180, SI: 1_400, TTFB: 120 } as const;
const audits = {
  ...{ LCP: 'largest-contentful-paint', FCP: 'first-contentful-paint', TBT: 'total-blocking-time', SI: 'speed-index' },
  ...{ CLS: 'cumulative-layout-shift', 'total-bytes': 'total-byte-weight' },
} as const;

/** Runs of a page that loads as usual, or so many milliseconds later, on one noisy machine. */
export class SimulatedPage {
  readonly #random: () => number;
  readonly #template: LighthouseResult = lighthouseResult('13-navigation');
  #slowness = 0;

  constructor(
    seed: number,
    private readonly noise: MachineNoise,
  ) {
    this.#random = seededRandom(seed);
  }

  /** `scripts`: bytes of scripts beside the usual ones. */
  run({ delayMs = 0, scripts = 0 } = {}): MeasuredRun {
    const { machine, memory, metric, disturbed, bytes } = this.noise;
    this.#slowness = memory * this.#slowness + Math.sqrt(1 - memory ** 2) * machine * this.#normal();
    const factor = Math.exp(this.#slowness) * (this.#random() < disturbed ? 1.5 : 1);
    const time = (name: keyof typeof times) => {
      const own = Math.exp((name === 'TBT' ? 3 : 1) * metric * this.#normal());
      return times[name] * factor * own + (name === 'TBT' ? 0 : delayMs);
    };
    const scriptBytes = 180_000 + scripts;
    const values = {
      ...{ LCP: time('LCP'), FCP: time('FCP'), TBT: time('TBT'), SI: time('SI') },
      CLS: this.#random() < 0.2 ? 0.09 : 0.05,
      'total-bytes': Math.round(480_000 * Math.exp(bytes * this.#normal())) + scripts,
    };
    return this.#outcome(values, time('TTFB'), scriptBytes);
  }

  #outcome(values: Readonly<Record<keyof typeof audits, number>>, firstByte: number, scriptBytes: number): MeasuredRun {
    const known = this.#template.audits;
    const changed = Object.entries(audits).map(([name, id]) => [id, { ...known[id]!, numericValue: values[name as keyof typeof audits] }]);
    const lhr: LighthouseResult = {
      ...this.#template,
      audits: {
        ...{ ...known, ...Object.fromEntries(changed) },
        metrics: { ...known.metrics!, details: { items: [{ timeToFirstByte: firstByte }] } },
        'resource-summary': {
          ...known['resource-summary']!,
          details: { items: [{ resourceType: 'script', requestCount: 4, transferSize: scriptBytes }] },
        },
      },
    };
    return { status: 'measured', steps: [{ name: '', lhr }], chromeMajor: 156, cpuSlowdownMultiplier: 1, wallMs: 13_000, peakBytes: 4e8 };
  }

  /** Normally distributed (Box-Muller). */
  #normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.#random())) * Math.cos(2 * Math.PI * this.#random());
  }
}
