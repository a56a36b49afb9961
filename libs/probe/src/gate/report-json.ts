import { measuresOf } from '../lhr/measures.ts';
import type { GateReport } from './gate-report.ts';
import { gateExitCodes } from './gate-report.ts';

/** For programs: results as in Lighthouse CI's assertion-results.json, and more. Numbers that there are not are null. */
export function reportDocument({ outcome, pages, flows, notes }: GateReport) {
  return {
    ...{ outcome, exitCode: gateExitCodes[outcome], passed: outcome === 'passed', notes },
    pages: pages.map(({ url, path, runs, results, alsoPassed, comparison, fingerprint, failure }) => ({
      ...{ url, path, runs: runs.length, results, alsoPassed, failure, comparison, fingerprint },
      scores: runs.map(({ categories }) => Object.fromEntries(Object.entries(categories).map(([id, { score }]) => [id, score]))),
    })),
    flows: flows.map(({ name, steps, failure }) => ({
      ...{ name, failure },
      steps: steps.map((step) => ({
        name: step.name,
        mode: step.lhr.gatherMode,
        values: measuresOf(step.lhr).values,
        results: step.results,
      })),
    })),
  };
}
