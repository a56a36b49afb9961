import type { Finding } from '#contracts';
import { shortHash } from '#platform';
import { type BudgetHour, budgetId } from './budget-history.ts';
import { findingText, subjectOf } from './verdict-text.ts';

/** What is told of an hour that changed something. The same hour gives the same finding, to the byte. */
export function budgetFinding(project: string, judged: BudgetHour): Finding {
  const { hour, budget, outcome, measured, change, since } = judged;
  const { metric, severity, scope, threshold, comparison, unit, name } = budget;
  return {
    tenant: project,
    id: shortHash(['budget', project, budgetId(budget), since]),
    kind: 'budget',
    state: change === 'opened' ? 'open' : 'resolved',
    at: hour,
    severity: severity === 'error' ? 'high' : 'medium',
    title: titleOf(judged),
    metric: metric.name,
    subject: { ...scope },
    value: measured?.value ?? threshold,
    reference: threshold,
    unit: unit ?? '',
    since: since!,
    detail: JSON.stringify({
      ...{ budget: name, statistic: metric.statistic, comparison, severity, outcome },
      ...{ hours: measured?.hours ?? null, samples: measured?.samples ?? null },
    }),
  };
}

function titleOf({ budget, outcome, measured }: BudgetHour): string {
  const subject = subjectOf(budget);
  switch (outcome) {
    case 'violated': {
      const side = budget.comparison === 'less_than' ? 'over' : 'under';
      return `${subject} is ${side} its budget: ${findingText({ budget, outcome, measured })}`;
    }
    case 'passed':
      return `${subject} is within its budget again: ${findingText({ budget, outcome, measured })}`;
    // Neither opens nor resolves anything.
    case 'unknown':
    case 'removed':
      return `${subject} is no longer held to its budget`;
  }
}
