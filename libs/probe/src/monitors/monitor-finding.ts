import type { Finding } from '#contracts';
import { shortHash } from '#platform';
import type { Condition } from './conditions.ts';
import type { Monitor } from './monitor.ts';

export interface ToldVisit {
  readonly monitor: Monitor;
  readonly job: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Where the house is seen by people; null where that is not known. */
  readonly houseUrl: string | null;
  /** The last visit in which everything held. */
  readonly lastGood: string | null;
}

/** What is told of a condition that began or ended. The same visit gives the same finding, to the byte. */
export function monitorFinding(condition: Condition, state: Finding['state'], visit: ToldVisit): Finding {
  const { monitor, at, job, houseUrl, lastGood } = visit;
  const { key, openSince, severity, metric, value, reference, unit, since, trouble, streak, text } = condition;
  const pageOf = (id: string) => `${houseUrl ?? ''}/synthetic/jobs/${id}`;
  return {
    tenant: monitor.project,
    id: shortHash(['synthetic', monitor.project, monitor.id, key, openSince]),
    kind: 'synthetic',
    state,
    at,
    severity,
    title: titleOf(condition, state, monitor),
    metric,
    subject: subjectOf(monitor),
    ...{ value, reference, unit, since },
    detail: JSON.stringify({ trouble, visits: streak, url: monitor.url, text, visit: pageOf(job), lastGood: lastGood && pageOf(lastGood) }),
  };
}

export function subjectOf({ id, app, environment, route }: Monitor): Record<string, string> {
  return { monitor: id, environment, ...(app !== undefined && { app }), ...(route !== undefined && { route }) };
}

function titleOf({ trouble, text, metric }: Condition, state: Finding['state'], { id, name }: Monitor): string {
  const page = name ?? id;
  const open = state === 'open';
  switch (trouble) {
    case 'budget':
      return open ? `${page}: ${metric} is over its bound (${text})` : `${page}: ${metric} is within its bound again`;
    case 'regression':
      return open ? `${page}: ${metric} is worse than before (${text})` : `${page}: ${metric} is as before again`;
    case 'page':
      return open ? `${page} answers with an error: ${text}` : `${page} answers again`;
    case 'unmeasured':
      return open ? `${page} cannot be measured: ${text}` : `${page} can be measured again`;
  }
}
