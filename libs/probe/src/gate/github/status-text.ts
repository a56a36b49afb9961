import type { GateReport } from '../gate-report.ts';
import { buildLines, sortedResults } from '../report-text.ts';
import { resultWord } from '../result-line.ts';

/** GitHub's limit of a status' description, characters. */
const longestStatus = 140;

/** How the build ends, and what broke first. */
export function statusText({ outcome, pages, flows }: GateReport): string {
  const held = [...pages, ...flows.flatMap(({ steps }) => steps)];
  const failed = held.flatMap(({ results }) => sortedResults(results).filter((result) => resultWord(result) === 'FAILED'));
  const labels = [...new Set(failed.map(({ label }) => label))];
  const uncompared = pages.some(({ comparison }) => comparison?.notCompared !== undefined) ? '; nothing to compare with' : '';
  const text = outcome === 'failed' && labels.length > 0 ? `Over budget: ${labels.join(', ')}` : `${buildLines[outcome]}${uncompared}`;
  return text.length <= longestStatus ? text : `${text.slice(0, longestStatus - 1)}…`;
}
