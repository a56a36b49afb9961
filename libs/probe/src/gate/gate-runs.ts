import type { PageComparison } from '../compare/compare-pages.ts';
import type { LighthouseResult } from '../lhr/lighthouse-result.ts';
import type { FailedRun, MeasuredStep } from '../run/run-outcome.ts';
import { BenchmarkHistory } from '../steadiness/benchmark-history.ts';
import { type KeptRun, type Measuring, measureOnce, type RunOnce } from '../steadiness/measure-once.ts';
import { measureSteadily } from '../steadiness/measure-steadily.ts';
import type { Gating } from './gate-options.ts';
import type { FlowRun, PagePlan } from './gate-plans.ts';
import type { PageVerdict } from './gate-report.ts';
import { Progress } from './progress.ts';

export interface MeasuredPage {
  readonly plan: PagePlan;
  readonly kept: readonly KeptRun[];
  /** Of the other version; empty without one. */
  readonly base: readonly LighthouseResult[];
  readonly comparison: PageVerdict | null;
  readonly failure: FailedRun | null;
}

export interface WalkedFlow {
  /** The script's file name. */
  readonly name: string;
  readonly steps: readonly MeasuredStep[];
  readonly failure: FailedRun | null;
}

/** Fewer than four a side prove nothing, so that many more are measured where two versions are compared. */
const leastPairs = 4;
const mostMorePairs = 5;

/** Everything that a gate runs, one after the other: two at once on a machine would slow each other down. */
export class GateRuns {
  readonly #measuring: Measuring;
  readonly #progress: Progress;
  #what = '';

  constructor(
    private readonly wanted: number,
    pages: readonly PagePlan[],
    flows: readonly FlowRun[],
    private readonly gating: Gating,
  ) {
    const total = pages.reduce((sum, { base }) => sum + (base === undefined ? this.#alone : 2 * this.#pairs), flows.length);
    this.#progress = new Progress(total, gating.clock, (text) => gating.progress(text));
    const { run, clock, signal } = gating;
    this.#measuring = { run: this.#told(run), clock, signal, history: new BenchmarkHistory() };
  }

  get #pairs(): number {
    return Math.max(this.wanted, leastPairs);
  }

  /** Of a page that is not measured in turns with another one. */
  get #alone(): number {
    return this.gating.baseline === undefined ? this.wanted : this.#pairs;
  }

  async page(plan: PagePlan): Promise<MeasuredPage> {
    if (plan.base !== undefined) return this.#compared(plan, plan.base);
    const { kept, failure } = await measureSteadily(plan.plan, this.#alone, this.#measuring, (nth) => {
      this.#what = `run ${nth} of ${this.#alone} of ${plan.path}`;
    });
    return { plan, kept, base: [], comparison: null, failure };
  }

  /** The two versions in turns: what drifts on the machine hits both alike. */
  async #compared(plan: PagePlan, base: PagePlan['plan']): Promise<MeasuredPage> {
    this.#what = `${this.#pairs} runs of ${plan.path} and as many of its base`;
    const pair = { base, candidate: plan.plan, pairs: this.#pairs, morePairs: mostMorePairs };
    const compared = await this.gating.compare(pair, this.#measuring);
    return {
      ...{ plan, kept: compared.candidate, base: compared.base.map(resultOf) },
      ...{ comparison: verdictOf(compared), failure: compared.failure },
    };
  }

  async flow({ name, plan }: FlowRun): Promise<WalkedFlow> {
    this.#what = `flow ${name}`;
    const { kept, failure } = await measureOnce(plan, this.#measuring);
    return { name, steps: kept?.outcome.steps ?? [], failure };
  }

  #told(run: RunOnce): RunOnce {
    return async (plan, options) => {
      this.#progress.begin(this.#what);
      const outcome = await run(plan, options);
      this.#progress.end();
      return outcome;
    };
  }
}

export const resultOf = ({ outcome }: KeptRun): LighthouseResult => outcome.steps[0]!.lhr;

function verdictOf({ verdict, metrics, audits }: PageComparison): PageVerdict {
  const newlyFailing = [...audits.newlyFailing, ...audits.newFaults].map(({ audit, newItems }) => ({ audit, items: newItems }));
  return { verdict, metrics, newlyFailing };
}
