import type { LighthouseResult } from '../lhr/lighthouse-result.ts';
import type { MeasuredRun } from '../run/run-outcome.ts';
import { failingItems, isFailing, originOf } from './failing-items.ts';

interface AuditChange {
  readonly step: string;
  readonly audit: string;
  readonly title: string;
  /** Named as faulty in most runs of the candidate and in none of the base; empty where the audit names none. */
  readonly newItems: readonly string[];
}

export interface AuditChanges {
  /** Passed in most runs of the base, failing in most of the candidate. */
  readonly newlyFailing: readonly AuditChange[];
  /** Failed before, and has new faults beside or in place of old ones. */
  readonly newFaults: readonly AuditChange[];
  /** Failed in most runs of the base, passed in most of the candidate. */
  readonly mended: readonly AuditChange[];
}

/** One audit of one step over all runs of a side. */
interface SeenAudit {
  readonly step: string;
  readonly audit: string;
  title: string;
  runs: number;
  failing: number;
  /** By item, in how many runs. */
  readonly items: Map<string, number>;
}

/** What the candidate does wrong that the base does not: a fix and a new fault do not cancel out. */
export function auditChanges(base: readonly Pick<MeasuredRun, 'steps'>[], candidate: readonly Pick<MeasuredRun, 'steps'>[]): AuditChanges {
  const [before, after] = [seenIn(base), seenIn(candidate)];
  const both = [...after].flatMap(([key, now]) => {
    const then = before.get(key);
    return then ? [{ then, now }] : [];
  });
  const changes = (which: (then: SeenAudit, now: SeenAudit) => boolean) =>
    both.filter(({ then, now }) => which(then, now)).map(({ then, now }) => changeOf(then, now));
  return {
    newlyFailing: changes((then, now) => !mostlyFails(then) && mostlyFails(now)),
    newFaults: changes((then, now) => mostlyFails(then) && mostlyFails(now)).filter(({ newItems }) => newItems.length > 0),
    mended: changes((then, now) => mostlyFails(then) && !mostlyFails(now)),
  };
}

function changeOf(then: SeenAudit, { step, audit, title, items, runs }: SeenAudit): AuditChange {
  const newItems = [...items].filter(([item, count]) => count > runs / 2 && !then.items.has(item)).map(([item]) => item);
  return { step, audit, title, newItems };
}

const mostlyFails = ({ failing, runs }: SeenAudit) => failing > runs / 2;

function seenIn(runs: readonly Pick<MeasuredRun, 'steps'>[]): Map<string, SeenAudit> {
  const seen = new Map<string, SeenAudit>();
  for (const { name, lhr } of runs.flatMap(({ steps }) => steps)) addStep(seen, name, lhr);
  return seen;
}

function addStep(seen: Map<string, SeenAudit>, step: string, lhr: LighthouseResult): void {
  if (lhr.runtimeError) return;
  const origin = originOf(lhr);
  for (const [audit, found] of Object.entries(lhr.audits)) {
    const key = JSON.stringify([step, audit]);
    const one = seen.get(key) ?? { step, audit, title: found.title, runs: 0, failing: 0, items: new Map() };
    seen.set(key, one);
    one.runs += 1;
    if (!isFailing(found)) continue;
    // Titles say what is good or what is bad, by how the run went.
    one.title = found.title;
    one.failing += 1;
    for (const item of failingItems(found, origin)) one.items.set(item, (one.items.get(item) ?? 0) + 1);
  }
}
