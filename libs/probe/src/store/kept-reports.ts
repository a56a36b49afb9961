import { representativeRun } from '../lhr/representative-run.ts';
import type { FinishedJob, FinishedRun } from './finished-job.ts';

/** Places of the runs that stand for all of their page and side. A flow is judged by its first step that has paints. */
export function representativeRuns(runs: readonly FinishedRun[]): Set<number> {
  const groups = new Map<string, number[]>();
  for (const [place, { url, side, kept }] of runs.entries()) {
    if (!kept) continue;
    const key = JSON.stringify([url, side]);
    groups.set(key, [...(groups.get(key) ?? []), place]);
  }
  return new Set([...groups.values()].map((places) => places[representativeRun(places.map((place) => judgedBy(runs[place]!)))]!));
}

function judgedBy({ outcome: { steps } }: FinishedRun) {
  const step = steps.find(({ lhr }) => lhr.gatherMode === 'navigation') ?? steps[0];
  return { audits: step?.lhr.audits ?? {} };
}

/**
 * Places of the runs whose whole report is stored: those that stand for others, and all of a job that somebody will want to look into: it failed, or
 * broke a budget, or is about a change of code.
 */
export function keptReports({ runs, status, trigger, assertions }: FinishedJob): Set<number> {
  const broken = status !== 'measured' || assertions.some(({ passed, level }) => !passed && level === 'error');
  const all = broken || trigger === 'pull_request' || trigger === 'gate';
  return all ? new Set(runs.keys()) : representativeRuns(runs);
}
