import type { BacktestIncident, BacktestReport, MeasuredRule } from '#alert';
import { showMeasure, type Unit, unitOf } from '#contracts';

const mostIncidents = 40;
const barWidth = 40;

/** The report for people: what would have fired, how often somebody would have been woken, and what nobody can know. */
export function backtestText(report: BacktestReport, rule: MeasuredRule): string {
  const unit = unitOf(rule.metric);
  const { incidents, difference, notShown, coarser, stepS, rule: id, sets } = report;
  return [
    `${id}, ${instant(report.from)} to ${instant(report.to)}: ${sumText(report)}`,
    ...(sets === 0 ? ['Nothing of it was measured in that time.'] : []),
    ...(coarser ? [`Judged every ${lengthText(stepS * 1_000)}, less often than live: short incidents are missing.`] : []),
    ...incidentTable(incidents, unit),
    ...chart(report),
    ...(difference ? differenceText(report, difference, unit) : []),
    'History does not show:',
    ...notShown.map((line) => `  ${line}`),
  ].join('\n');
}

function sumText({ incidents, pages, messages, firingMs, longestMs, flaps, storms, skippedFew, judgements, sets }: BacktestReport): string {
  return [
    `${count(incidents.length, 'incident')}, ${count(pages, 'page')}, ${count(messages, 'message')}`,
    `firing for ${lengthText(firingMs)}, the longest ${lengthText(longestMs)}`,
    `${count(flaps, 'flap')}, ${count(storms, 'storm')}`,
    `${count(judgements, 'judgement')} of ${count(sets, 'set')} of labels, ${skippedFew} without events enough`,
  ].join('; ');
}

function incidentTable(incidents: readonly BacktestIncident[], unit: Unit | null): string[] {
  if (incidents.length === 0) return [];
  const shown = incidents.slice(0, mostIncidents).map((incident) => incidentRow(incident, unit));
  const rows = [['fired', 'firing for', 'severity', 'value', 'worst', 'samples', 'came back', 'labels'], ...shown];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')}`.trimEnd());
  const left = incidents.length - shown.length;
  return ['', ...lines, ...(left > 0 ? [`  and ${left} more; --json has all`] : []), ''];
}

function incidentRow(incident: BacktestIncident, unit: Unit | null): string[] {
  const { firedAt, firingMs, resolvedAt, severity, value, peak, samples, flaps, flapping, labels } = incident;
  const [first, worst] = [value, peak].map((one) => valueText(incident, one, unit));
  const lasting = `${lengthText(firingMs)}${resolvedAt === null ? ' and lasts' : ''}`;
  const back = `${flaps}${flapping ? ' (flapping)' : ''}`;
  return [instant(firedAt), lasting, severity, first!, worst!, String(samples), back, labelText(labels)];
}

/** A line a day; days on which nobody was told anything are left out. */
function chart({ days }: BacktestReport): string[] {
  const told = days.filter(({ pages, messages }) => pages + messages > 0);
  if (told.length === 0) return [];
  const most = Math.max(...told.map(({ pages, messages }) => pages + messages));
  const bar = (times: number, sign: string) => sign.repeat(Math.round((times / most) * Math.min(most, barWidth)));
  const lines = told.map(({ day, pages, messages }) => `  ${day}  ${bar(pages, '█')}${bar(messages, '░')} ${pages} + ${messages}`);
  return [`Pages (█) and messages (░) a day; on ${days.length - told.length} of ${days.length} days none:`, ...lines, ''];
}

function differenceText(report: BacktestReport, difference: NonNullable<BacktestReport['difference']>, unit: Unit | null): string[] {
  const { gained, lost, kept, pagesBefore, messagesBefore } = difference;
  const line = (sign: string, incident: BacktestIncident) => {
    const { firedAt, severity, peak, labels } = incident;
    return `  ${sign} ${instant(firedAt)} ${severity} ${valueText(incident, peak, unit)} ${labelText(labels)}`.trimEnd();
  };
  return [
    `Beside the saved rule: ${kept} kept, ${gained.length} gained, ${lost.length} lost; pages ${pagesBefore} -> ${report.pages}, messages ${messagesBefore} -> ${report.messages}`,
    ...gained.slice(0, mostIncidents).map((incident) => line('+', incident)),
    ...lost.slice(0, mostIncidents).map((incident) => line('-', incident)),
  ];
}

function valueText({ kind }: BacktestIncident, value: number, unit: Unit | null): string {
  if (kind === 'absence') return `nothing for ${lengthText(value * 1_000)}`;
  return kind === 'burn_rate' ? `${Number(value.toPrecision(3))} times` : showMeasure(value, unit);
}

const instant = (moment: number) => new Date(moment).toISOString().slice(0, 16).replace('T', ' ');
const count = (times: number, what: string) => `${times} ${what}${times === 1 ? '' : 's'}`;
const labelText = (labels: Readonly<Record<string, string>>) =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');

function lengthText(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 120) return `${minutes} min`;
  return minutes < 48 * 60 ? `${Number((minutes / 60).toFixed(1))} h` : `${Number((minutes / 1_440).toFixed(1))} d`;
}
