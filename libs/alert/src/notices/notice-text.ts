import { showTwo } from '#contracts';
import type { Notice, NoticeMeasure } from './notice.ts';

/** `[CRITICAL] mcp_tool_duration p95 3.12 s > 2.5 s (5 min, 412 samples) environment=production tool=search`, on one line and unescaped. */
export function firstLine(notice: Notice): string {
  const what = notice.headline ?? (notice.measure ? measureText(notice.measure) : notice.rule.name);
  return [`[${headOf(notice)}]`, oneLine(what), oneLine(labelText(notice))].filter(Boolean).join(' ');
}

/** Plain lines below the first: since when, why, what changed, where to look. */
export function furtherLines(notice: Notice): string[] {
  const { incident, rule, deploy, at, reason, measure } = notice;
  const over = incident.resolvedAt === undefined ? '' : `, over after ${lengthOf(incident.resolvedAt - incident.openedAt)}`;
  const peak = incident.peak === undefined || !measure ? '' : `, at worst ${shownOf({ ...measure, value: incident.peak })[0]}`;
  return [
    `Since ${instant(incident.openedAt)}${over}${peak}`,
    ...(incident.acknowledged ? [`Acknowledged by ${incident.acknowledged.by} at ${instant(incident.acknowledged.at)}`] : []),
    ...(reason === '' ? [] : [sentence(reason)]),
    ...(deploy ? [`Last deploy: ${deploy.release}, ${lengthOf(at - deploy.at)} before`] : []),
    ...(rule.summary ? [rule.summary] : []),
    ...(notice.list ? [...notice.list.lines, ...(notice.list.more > 0 ? [`+${notice.list.more} more`] : [])] : []),
  ].map(oneLine);
}

/** `3.12 s > 2.5 s`, or `+24 %: 1.2 s to 1.5 s` of a change. */
export function measureText(measure: NoticeMeasure): string {
  const { metric, statistic, comparison, value, reference, samples, windowS, burn } = measure;
  const [now, held] = shownOf(measure);
  const name = metric.endsWith(`_${statistic}`) || statistic === 'rate' ? metric : `${metric} ${statistic}`;
  const length = burn
    ? `${lengthOf(windowS * 1_000)} and ${lengthOf(burn.shortS * 1_000)}, SLO ${showShare(burn.slo)}`
    : lengthOf(windowS * 1_000);
  const seen = `(${length}, ${samples} ${samples === 1 ? 'sample' : 'samples'})`;
  if (comparison === 'above' || comparison === 'below') return `${name} ${now} ${comparison === 'above' ? '>' : '<'} ${held} ${seen}`;
  const percent = reference === 0 ? '' : ` ${value >= reference ? '+' : ''}${Number((100 * (value / reference - 1)).toPrecision(3))} %:`;
  return `${name}${percent} ${held} to ${now} ${seen}`;
}

/** Value and reference as people read them. */
export function shownOf({ unit, value, reference, burn }: NoticeMeasure): readonly [string, string] {
  const [now, held] = showTwo(value, reference, unit);
  return burn ? [`${now}x`, `${held}x`] : [now, held];
}

/** All digits: between 99.9 % and 99.99 % lies a world. */
const showShare = (share: number) => `${Number((100 * share).toPrecision(9))} %`;

/** Whole, of the largest unit that leaves it short: `45 s`, `5 min`, `3 h 20 min`, `2 d`. */
export function lengthOf(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (hours < 48) return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
  return `${Math.round(hours / 24)} d`;
}

export const instant = (ms: number) => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** What a notice is in one word: its severity while it lasts. */
export function headOf({ kind, severity }: Notice): string {
  if (kind === 'test') return 'TEST';
  return kind === 'resolve' ? 'RESOLVED' : severity.toUpperCase();
}

export function labelText({ labels }: Pick<Notice, 'labels'>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Of whole characters, none of which ends the line or turns the direction in which it is read. */
export function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .trim();
}
