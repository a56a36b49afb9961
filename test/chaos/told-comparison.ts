import type { Warehouse } from '#platform';
import type { RecordingPagerduty } from '../../libs/alert/src/channels/pagerduty/recording-pagerduty.contract.ts';
import type { RecordingSlack } from '../../libs/alert/src/channels/slack/recording-slack.contract.ts';
import type { Waves } from './waves.ts';

export interface Expected {
  /** Ids of findings that were stored as open, and later as over. */
  readonly findings: readonly string[];
  readonly waves: Waves;
}

export interface AlertComparison {
  /** Incidents that the journal knows. */
  readonly incidents: number;
  readonly pages: number;
  /** Of Slack, each of one incident. */
  readonly messages: number;
  /** What was to be told and was not, by channel and incident, nor was it over before it could be; with what came of its attempts. */
  readonly lost: readonly string[];
  /** All that the journal has of what was lost. */
  readonly stories: readonly string[];
  /** Told twice, likewise. */
  readonly doubled: readonly string[];
  /** Told as open, and not as over. */
  readonly unresolved: readonly string[];
  /** Over before they could be told. */
  readonly superseded: number;
  /** Events that the provider had already: harmless by their key. */
  readonly repeats: number;
  readonly expected: { readonly findings: number; readonly waves: number };
  readonly judged: { readonly findings: number; readonly waves: number };
  /** What the provider refused as wrong. */
  readonly refusals: readonly string[];
}

export function problemsOf({ lost, doubled, unresolved, expected, judged, refusals }: AlertComparison): string[] {
  return [
    ...(lost.length > 0 ? ['lost'] : []),
    ...(doubled.length > 0 ? ['doubled'] : []),
    ...(unresolved.length > 0 ? ['unresolved'] : []),
    ...(judged.findings < expected.findings || judged.waves < expected.waves ? ['not judged'] : []),
    ...(refusals.length > 0 ? ['refused'] : []),
  ];
}

interface Triggered {
  readonly incident: string;
  readonly rule: string;
  /** It was known to be over when it was found: after a time in which nobody judged it is recorded, and need not be told. */
  readonly atOnce: number;
  /** Once, and once for each time that it was opened again. */
  readonly triggers: number;
  /** The channel that it says takes no notices: the others are told of that. Empty: it is about something else. */
  readonly dead: string;
}

/** What the journal says that was decided. */
async function decided(warehouse: Warehouse) {
  const triggered = await warehouse.ask<Triggered>({
    sql: `SELECT JSONExtractString(body, 'incident') AS incident, any(JSONExtractString(body, 'rule')) AS rule,
  minIf(at, has(kinds, 'trigger')) = minIf(at, has(kinds, 'resolve')) AS atOnce,
  toUInt32(uniqExactIf(id, has(kinds, 'trigger'))) AS triggers,
  anyIf(JSONExtractString(body, 'labels', 'channel'), JSONExtractString(body, 'rule') = '@channel') AS dead
FROM (SELECT *, arrayMap(x -> JSONExtractString(x, 'kind'), JSONExtractArrayRaw(body, 'notices')) AS kinds FROM alert_journal)
WHERE kind = 'transition' GROUP BY incident HAVING triggers > 0`,
  });
  const over = await warehouse.ask<{ incident: string; channel: string }>({
    sql: `SELECT DISTINCT JSONExtractString(body, 'incident') AS incident, JSONExtractString(body, 'channel') AS channel FROM alert_journal
WHERE kind = 'attempt' AND JSONExtractString(body, 'result') = 'superseded'`,
  });
  const attempts = await warehouse.ask<{ name: string; results: readonly string[] }>({
    sql: `SELECT concat(JSONExtractString(body, 'channel'), ' ', JSONExtractString(body, 'incident')) AS name,
  arrayMap(x -> x.2, arraySort(groupUniqArray((at, concat(JSONExtractString(body, 'kind'), ' ', JSONExtractString(body, 'result')))))) AS results
FROM alert_journal WHERE kind = 'attempt' GROUP BY name`,
  });
  const stormed = await warehouse.ask<{ incident: string; storm: string }>({
    sql: `SELECT JSONExtractString(body, 'incident') AS incident, any(JSONExtractString(body, 'by')) AS storm FROM alert_journal
WHERE kind = 'held' AND JSONExtractString(body, 'reason') = 'storm' GROUP BY incident`,
  });
  const cursors = await warehouse.ask<{ at: string }>({
    sql: `SELECT DISTINCT JSONExtractInt(body, 'evalEnd') AS at FROM alert_journal WHERE kind = 'cursor' ORDER BY at`,
  });
  return { triggered, over, attempts, stormed, cursors };
}

/** Of these incidents, a line each entry. */
async function storiesOf(warehouse: Warehouse, incidents: ReadonlySet<string>): Promise<string[]> {
  const rows = await warehouse.ask<{ story: string }>({
    sql: `SELECT concat(toString(at), ' ', kind, ' ', id, ' ', substring(body, 1, 600)) AS story FROM alert_journal
WHERE arrayExists(incident -> position(concat(id, body), incident) > 0, {incidents:Array(String)}) ORDER BY at, kind, id`,
    params: { incidents: [...incidents] },
  });
  return rows.map(({ story }) => story);
}

/** Holds what a provider was told against what the journal says that was decided, and that against what was to be found. */
export async function compareTold(
  warehouse: Warehouse,
  expected: Expected,
  pagerduty: RecordingPagerduty,
  slack: RecordingSlack,
): Promise<AlertComparison> {
  const { triggered, over, attempts, stormed, cursors } = await decided(warehouse);
  const waves = expected.waves.judged(judgedMinutes(cursors.map(({ at }) => Number(at))));
  const messages = messagesOf(slack);
  const told = {
    pagerduty: Map.groupBy(pagerduty.incidents, ({ key }) => key),
    slack: Map.groupBy(messages, ({ metadata }) => String(metadata?.event_payload.incident)),
  };
  const channels = ['pagerduty', 'slack'] as const;
  const triggers = new Map(triggered.map((one) => [one.incident, one.triggers]));
  // One that may have been told before it was superseded is told if it was.
  const superseded = new Set(over.map(({ incident, channel }) => `${channel} ${incident}`));
  const results = new Map(attempts.map((one) => [one.name, one.results]));
  // Many that break at once are told as one, under the name of the first of them.
  const storms = new Map(stormed.map(({ incident, storm }) => [incident, storm]));
  const namesIn = (channel: string) =>
    triggered.filter(({ atOnce, dead }) => atOnce === 0 && dead !== channel).map(({ incident }) => storms.get(incident) ?? incident);
  const missing = channels.flatMap((channel) =>
    [...new Set(namesIn(channel))].filter((name) => !told[channel].has(name)).map((name) => `${channel} ${name}`),
  );
  const lost = missing.filter((one) => !superseded.has(one));
  const events = pagerduty.incidents.reduce((sum, { history }) => sum + history.length, 0);
  const of = (id: string) => triggered.filter(({ rule }) => rule === id).length;
  return {
    ...{ incidents: triggered.length, pages: pagerduty.pages, messages: messages.length },
    superseded: missing.filter((one) => superseded.has(one)).length,
    lost: lost.map((one) => `${one}: ${results.get(one)?.join(', ') ?? 'never tried'}`),
    stories: await storiesOf(warehouse, new Set(lost.map((one) => one.split(' ')[1]!))),
    doubled: [
      ...[...told.pagerduty]
        .filter(([incident, all]) => all.length > (triggers.get(incident) ?? 0))
        .map(([incident, all]) => `pagerduty ${incident}: ${historyOf(all)}`),
      ...[...told.slack].filter(([, all]) => all.length > 1).map(([incident]) => `slack ${incident}`),
    ],
    unresolved: [...pagerduty.open.map(({ key }) => `pagerduty ${key}`), ...openMessages(slack).map(({ text }) => `slack ${text}`)],
    repeats: events - 2 * pagerduty.pages,
    expected: { findings: expected.findings.length, waves },
    judged: { findings: of('budgets'), waves: of('slow-tools') },
    refusals: [...pagerduty.refusals, ...slack.refusals],
  };
}

/** `trigger 12:01:40, resolve 12:09:13; trigger ...`, in the house's time. */
function historyOf(incidents: RecordingPagerduty['incidents']): string {
  const entryOf = ({ at, event }: RecordingPagerduty['incidents'][number]['history'][number]) =>
    `${typeof event === 'string' ? event : event.event_action} ${new Date(at).toISOString().slice(11, 19)}`;
  return incidents.map(({ history }) => history.map(entryOf).join(', ')).join('; ');
}

/** Those that are not in a thread. */
const messagesOf = ({ workspace }: RecordingSlack) => workspace.messages.filter(({ threadTs }) => threadTs === undefined);

export const openMessages = (slack: RecordingSlack) => messagesOf(slack).filter(({ text }) => !text.includes('[RESOLVED]'));

const minuteMs = 60_000;
/** What nobody judged for longer than this is not made up for. */
const catchUpMs = 15 * minuteMs;

/** Ends of the minutes that were judged, at once or later. `cursors`: up to where it was judged, in order. */
function judgedMinutes(cursors: readonly number[]): ReadonlySet<number> {
  const judged = new Set<number>();
  for (const [index, cursor] of cursors.entries()) {
    const before = cursors[index - 1] ?? cursor - minuteMs;
    for (let end = cursor; end > before && end > cursor - catchUpMs; end -= minuteMs) judged.add(end);
  }
  return judged;
}
