import type { MeasuredRun } from '../run/run-outcome.ts';
import type { RunPlan } from '../run/run-plan.ts';
import { configurationHash, type Fingerprint, throttlingText } from './fingerprint.ts';
import type { RunnerPlace } from './runner-place.ts';

interface FingerprintedRun {
  readonly plan: RunPlan;
  /** Texts of what it runs. */
  readonly scripts: readonly string[];
  readonly outcome: Pick<MeasuredRun, 'steps' | 'chromeMajor'>;
  readonly place: RunnerPlace;
  readonly indexBand: string;
}

/** Of a run by one of our own runners. */
export function runFingerprint({ plan, scripts, outcome, place, indexBand }: FingerprintedRun): Fingerprint {
  const { steps, chromeMajor } = outcome;
  return {
    ...{ lighthouseVersion: steps[0]!.lhr.lighthouseVersion, chromeMajor, formFactor: plan.settings.formFactor },
    ...{ throttling: throttlingText(plan.settings), ...place, indexBand, configurationHash: configurationHash(plan, scripts) },
  };
}
