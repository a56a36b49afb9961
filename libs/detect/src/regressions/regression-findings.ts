import { type Finding, type RegressionState, readMetricName, showTwo } from '#contracts';
import { widestFirst } from './causes.ts';
import type { FoundRegression } from './judged-hours.ts';
import type { StoredRegression } from './regression-states.ts';

/** Members that a finding names; of more only their number. */
const mostNamed = 50;
const severities = ['low', 'medium', 'high'] as const;

/**
 * What is told of some causes at the end of an hour, given in milliseconds since 1970: one that is new, or graver than what was told of it, and
 * one of which nothing is left. `known` is everything that is known of them. Asked again later, the answer is the same, unless somebody
 * muted or accepted something meanwhile.
 */
export function findingsOf(known: readonly StoredRegression[], at: number): Finding[] {
  const causes = Map.groupBy(known, ({ regression }) => regression.cause);
  return [...causes.values()].flatMap((members) => {
    const audible = members.filter(({ state, regression }) => state !== 'muted' && regression.found <= at);
    const state = newState(audible, at);
    return state ? [findingOf(audible, state, at)] : [];
  });
}

function newState(members: readonly StoredRegression[], at: number): Finding['state'] | null {
  const fresh = members.filter(({ regression }) => regression.found === at);
  const standing = members.filter((member) => member.regression.found < at && stateAt(member, at - 1) === 'open');
  if (fresh.length > 0 && rankOf(fresh) > rankOf(standing)) return 'open';
  const ended = standing.some((member) => stateAt(member, at) === 'went_away' || (stateAt(member, at) === 'accepted' && isSettled(member)));
  return ended && fresh.length === 0 && standing.every((member) => stateAt(member, at) !== 'open') ? 'resolved' : null;
}

/** Before the last change of its state it was open: what was accepted or muted is not told. */
function stateAt({ state, version }: StoredRegression, at: number): RegressionState {
  return version <= at ? state : 'open';
}

const isSettled = ({ regression }: StoredRegression) => regression.settled === true;

/** Of the gravest; -1 for none. */
function rankOf(members: readonly StoredRegression[]): number {
  return Math.max(-1, ...members.map(({ regression }) => severities.indexOf(regression.severity)));
}

function findingOf(members: readonly StoredRegression[], state: Finding['state'], at: number): Finding {
  const all = members.map(({ regression }) => regression).sort((one, other) => one.found - other.found || widestFirst(one, other));
  // The one that stands for the cause, or the next one where nobody wants to hear of it.
  const head = all.find(({ id, cause }) => id === cause) ?? all[0]!;
  const { project, cause, app, env, metric, segment, since, currentValue, baselineValue } = head;
  const { percentageChange, trend, samples, where, deploy, explained, evidence } = head;
  return {
    ...{ tenant: project, id: cause, kind: 'regression', state, at, metric, since, unit: unitOf(metric) ?? '' },
    severity: severities[rankOf(members)]!,
    title: state === 'open' ? openTitle(head, all) : endTitle(head, all),
    subject: { app, environment: env, ...segment },
    ...{ value: currentValue, reference: baselineValue },
    detail: JSON.stringify({
      ...{ percentageChange, trend, samples, confidence: evidence.confidence, where, deploy, explained, evidence },
      ...{ members: all.slice(0, mostNamed).map(memberOf), memberCount: all.length },
    }),
  };
}

const memberOf = ({ id, metric, segment, severity, percentageChange, since }: FoundRegression) => ({
  ...{ id, metric, segment, severity, percentageChange, since },
});

/** `LCP of web (production), route /cart and 2 more got 24 % worse: 3.1 s instead of 2.5 s` */
function openTitle(head: FoundRegression, all: readonly FoundRegression[]): string {
  const [now, before] = showTwo(head.currentValue, head.baselineValue, unitOf(head.metric));
  const worst = all.reduce((one, other) => (other.percentageChange > one.percentageChange ? other : one));
  const graver = severities.indexOf(worst.severity) > severities.indexOf(head.severity);
  return [
    `${nameOf(head)}${andMore(all)} got ${head.percentageChange} % worse: ${now} instead of ${before}`,
    ...(graver ? [`; ${[worst.metric, ...partsOf(worst)].join(', ')}: ${worst.percentageChange} %`] : []),
  ].join('');
}

function endTitle(head: FoundRegression, all: readonly FoundRegression[]): string {
  const end = all.some(({ settled }) => settled)
    ? 'got worse over two weeks ago: its level since then is what is usual now'
    : 'is back at what was usual';
  return `${nameOf(head)}${andMore(all)} ${end}`;
}

const andMore = ({ length }: readonly FoundRegression[]) => (length > 1 ? ` and ${length - 1} more` : '');

function nameOf(regression: FoundRegression): string {
  const { metric, app, env } = regression;
  return [`${metric} of ${app} (${env})`, ...partsOf(regression)].join(', ');
}

function partsOf({ segment, where }: FoundRegression): string[] {
  return Object.entries({ ...segment, ...where }).map(([name, value]) => `${name} ${value}`);
}

/** Of the values, also where people mean their number when they name the metric. */
const unitOf = (metric: string) => readMetricName(metric)?.definition?.unit ?? null;
