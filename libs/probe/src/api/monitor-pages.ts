import type { z } from 'zod';
import { html, type Markup } from '../pages/html.ts';
import { instantText, outerLink, pageFrame } from '../pages/page-frame.ts';
import { amountText } from './amount-text.ts';
import type { monitorDetailAnswer } from './answers.ts';
import { historyChart } from './history-chart.ts';
import type { MonitorAnswer } from './monitor-report.ts';

type Detail = z.output<typeof monitorDetailAnswer>;
type Job = Detail['jobs'][number];

/** All monitors of a project. Its address is `/synthetic`, below which its links stand. */
export function monitorsPage(project: string, monitors: readonly MonitorAnswer[]): string {
  const body =
    monitors.length === 0
      ? nothingYet
      : html`<div class="card table"><table>
<thead><tr><th>Page</th><th>State</th><th>Last visit</th><th>Every</th></tr></thead>
<tbody>${monitors.map((monitor) => monitorRow(project, monitor))}</tbody></table></div>`;
  return pageFrame('Audited pages', [], body);
}

const nothingYet = html`<section class="card"><h2>No page is audited yet</h2>
<p>Write one into beaconhouse.yml and start again:</p>
<pre><code>monitors:
  - { id: home, url: "https://shop.example/", everyMinutes: 15 }</code></pre>
<p>or let the routes decide whose visitors wait longest:</p>
<pre><code>curl -X POST http://127.0.0.1:8080/api/synthetic/monitors/from-field \\
  -H 'content-type: application/json' -d '{"baseUrl": "https://shop.example"}'</code></pre></section>`;

function monitorRow(project: string, monitor: MonitorAnswer): Markup {
  const { id, name, url, last } = monitor;
  return html`<tr><td><a href="synthetic/monitors/${id}?project=${project}">${name ?? id}</a><br>${outerLink(url, url)}</td>
<td class="${stateClass(monitor)}">${stateText(monitor)}</td>
<td>${last === null ? 'not yet' : instantText(last.endedAt)}</td><td>${paceText(monitor)}</td></tr>`;
}

function stateText({ paused, last, trouble }: MonitorAnswer): string {
  const told = trouble.filter((one) => one.told);
  if (told.length > 0) return told.map(({ about }) => about).join(', ');
  if (paused) return 'paused';
  if (last === null) return 'waits for its first visit';
  return last.status === 'measured' ? 'holds' : `could not be measured: ${last.status}`;
}

function stateClass({ last, trouble }: MonitorAnswer): string {
  if (trouble.some(({ told }) => told)) return 'poor';
  return last === null ? 'soft' : last.status === 'measured' ? 'good' : 'fair';
}

/** What differs by less than a fifth is as was asked. */
function paceText({ askedEveryMinutes, doneEveryMinutes, cron, behind }: MonitorAnswer): string {
  const asked = cron ?? `${askedEveryMinutes} min`;
  const differs = doneEveryMinutes !== null && doneEveryMinutes > 1.2 * askedEveryMinutes;
  return differs && (behind || cron === undefined) ? `asked every ${asked}, doing ${doneEveryMinutes} min` : asked;
}

/** One monitor. Its address is `/synthetic/monitors/<id>`. */
export function monitorPage(monitor: Detail): string {
  const { id, name, url, project, formFactor, location, runs, trouble, history, jobs, last } = monitor;
  return pageFrame(
    name ?? id,
    [{ text: 'Audited pages', to: `../../synthetic?project=${project}` }],
    html`<p class="facts"><span class="chip">${formFactor}</span>${outerLink(url, url)}<span>${paceText(monitor)}</span>
<span>${runs} runs a visit</span><span>${location}</span></p>
${trouble.map(troubleNote)}
${monitor.behind ? behindNote : undefined}
${monitor.notes.map((note) => html`<p class="note">${note}</p>`)}
${last !== null && last.unsteady.length > 0 ? unsteadyNote(last.unsteady) : undefined}
${besideTable(monitor)}
<section class="card"><div class="head"><h2>History</h2></div>
${history.length === 0 ? html`<p class="soft">Nothing was measured yet. The first visit shows here when it is done.</p>` : html`<div class="charts">${history.map(historyChart)}</div>`}</section>
${jobs.length === 0 ? undefined : jobTable(jobs)}`,
  );
}

const troubleNote = ({ about, text, since, told }: Detail['trouble'][number]) =>
  html`<p class="note"><b>${about}</b>: ${text} <span class="soft">since ${instantText(since)}${told ? '' : ', not told yet'}</span></p>`;

const behindNote = html`<p class="note"><b>falls behind</b>: it is visited half as often as was asked, or less. The runners of its location have more
to do than there is time for, or there is none: start more of them, or ask for fewer visits.</p>`;

const unsteadyNote = (unsteady: readonly string[]) =>
  html`<p class="note">${unsteady.join(', ')} differ by more than 15 % between runs: an alert needs a third visit. Likely: requests to others, animations,
content that changes with every load, or a runner that does other work.</p>`;

function besideTable({ field, chromeUxReport }: Detail): Markup {
  const row = ({ metric, lab, visitors, loads, chrome }: Detail['field'][number]) =>
    html`<tr><td>${metric}</td><td class="number">${amountText(metric, lab)}</td><td class="number">${amountText(metric, visitors)}</td>
<td class="number soft">${loads === 0 ? '\u2013' : loads}</td><td class="number">${amountText(metric, chrome)}</td></tr>`;
  return html`<section class="card"><div class="head"><h2>Laboratory and field</h2><span class="soft">28 days, 75th percentile</span></div>
<div class="table"><table><thead><tr><th>Metric</th><th class="number">Last visit, median</th><th class="number">Visitors</th><th class="number">Loads</th>
<th class="number">Chrome UX Report</th></tr></thead><tbody>${field.map(row)}</tbody></table></div>
<p class="soft">${fieldNote(field, chromeUxReport)}</p></section>`;
}

function fieldNote(field: Detail['field'], chromeUxReport: string | null): string {
  const visitors = field.some(({ loads }) => loads > 0)
    ? ''
    : 'No visitor of this route was measured: set the route of the monitor, or install the browser SDK. ';
  const chrome =
    chromeUxReport === null
      ? 'The Chrome UX Report is not asked: BEACONHOUSE_CRUX_API_KEY is not set.'
      : `Chrome UX Report: ${chromeUxReport}.`;
  return `${visitors}${chrome}`;
}

function jobTable(jobs: readonly Job[]): Markup {
  const row = ({ startedAt, endedAt, trigger, status, message, verdict, report }: Job) =>
    html`<tr><td>${instantText(startedAt)}</td><td>${trigger.replace('_', ' ')}</td><td class="${status === 'measured' ? 'good' : 'fair'}">${status}</td>
<td>${message === '' ? (verdict ?? '') : message}</td><td class="number">${Math.round((endedAt - startedAt) / 1_000)} s</td>
<td>${report === null ? undefined : html`<a href="../..${report}">Report</a>`}</td></tr>`;
  return html`<section class="card"><div class="head"><h2>Visits</h2></div><div class="table"><table>
<thead><tr><th>Begun</th><th>By</th><th>Result</th><th>Compared with before</th><th class="number">Took</th><th></th></tr></thead>
<tbody>${jobs.map(row)}</tbody></table></div></section>`;
}
