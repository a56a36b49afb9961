export { LhciModule } from './lhci/lhci.module.ts';
export { LhciOptions } from './lhci/lhci-options.ts';
export { representativeRun } from './lhr/representative-run.ts';
export { ChromiumMissing, findChromium } from './run/browser/find-chromium.ts';
export { sweepLeftovers } from './run/processes/sweep-leftovers.ts';
export { runOnce } from './run/run-once.ts';
export type { FailedRun, MeasuredRun, MeasuredStep, RunFailure, RunOutcome } from './run/run-outcome.ts';
export type { BrowserOptions, LighthouseSettings, RunPlan } from './run/run-plan.ts';
