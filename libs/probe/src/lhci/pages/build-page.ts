import { figureText, millisecondsText, scoreClass, scoreText } from '../../pages/figure-text.ts';
import { html, type Markup } from '../../pages/html.ts';
import { instantText, outerLink, pageFrame } from '../../pages/page-frame.ts';
import type { LhciBuild } from '../lhci-build.ts';
import type { LhciProject } from '../lhci-project.ts';
import type { LhciRun } from '../lhci-run.ts';
import { nameUuid } from '../name-uuid.ts';
import type { ComparedFigure, ComparedPage } from './compare-pages.ts';

export interface BuildStory {
  readonly project: LhciProject;
  readonly build: LhciBuild;
  readonly ancestor: LhciBuild | undefined;
  readonly pages: readonly ComparedPage[];
}

/** Where a page of the web stands on the page of a build. */
export const anchorOf = (url: string) => `page-${nameUuid(url).slice(0, 8)}`;

/** One build beside the one it is compared with. Its address is `/projects/<slug>/builds/<id>`, below which its links stand. */
export function buildPage(story: BuildStory): string {
  const { project, build, ancestor, pages } = story;
  const crumbs = [
    { text: 'Lighthouse CI', to: '../../../projects' },
    { text: project.name, to: `../../${project.slug}` },
  ];
  return pageFrame(
    build.commitMessage || build.hash.slice(0, 12),
    crumbs,
    html`<p class="facts">${factsOf(build)}</p>
${build.lifecycle === 'sealed' ? undefined : html`<p class="note">This build is not sealed yet: its figures come when it is.</p>`}
${comparedWith(ancestor)}
${pages.map((page) => pageCard(build, page))}
<p class="soft">Medians of the runs of a page. Less than 2 points, 5&nbsp;% or 50 ms is shown as no change.</p>`,
  );
}

function factsOf({ branch, hash, author, runAt, externalBuildUrl }: LhciBuild): Markup[] {
  return [
    html`<span class="chip">${branch}</span>`,
    html`<code>${hash.slice(0, 12)}</code>`,
    ...(author === '' ? [] : [html`<span>${author}</span>`]),
    html`<span>${instantText(runAt)}</span>`,
    ...(externalBuildUrl === '' ? [] : [outerLink(externalBuildUrl, 'The job that ran it')]),
  ];
}

function comparedWith(ancestor: LhciBuild | undefined): Markup {
  if (!ancestor) return html`<p class="soft">There is no build of the base branch to compare it with yet.</p>`;
  const { id, branch, hash, commitMessage, runAt } = ancestor;
  return html`<p>Compared with <a href="${id}">${commitMessage || hash.slice(0, 12)}</a>
<span class="soft">${branch}, <code>${hash.slice(0, 12)}</code>, ${instantText(runAt)}</span></p>`;
}

function pageCard(build: LhciBuild, { url, scores, times, run, runBefore }: ComparedPage): Markup {
  return html`<section class="card" id="${anchorOf(url)}">
<div class="head"><h2>${outerLink(url, url)}</h2><span>${reportLinks(build, run, runBefore)}</span></div>
<div class="gauges">${scores.map(gauge)}</div>
<div class="table"><table><thead><tr><th>Metric</th><th class="number">Before</th><th class="number">Now</th><th class="number">Change</th></tr></thead>
<tbody>${times.map(timeRow)}</tbody></table></div>
</section>`;
}

function reportLinks(build: LhciBuild, run: LhciRun | undefined, runBefore: LhciRun | undefined): Markup[] {
  return [
    ...(run ? [html`<a href="${build.id}/reports/${run.id}">Report</a>`] : []),
    ...(runBefore ? [html`&ensp;<a href="${runBefore.buildId}/reports/${runBefore.id}">Report before</a>`] : []),
  ];
}

/** Radius 50 in a box of 120. */
const round = 2 * Math.PI * 50;

function gauge({ title, now, before, range, change }: ComparedFigure): Markup {
  const arc = now === null ? '0' : (now * round).toFixed(1);
  const spread = range ? html`<br><span class="soft">${scoreText(range[0])} to ${scoreText(range[1])}</span>` : undefined;
  return html`<div class="gauge"><svg class="${scoreClass(now)}" viewBox="0 0 120 120" role="img" aria-label="${title} ${figureText(now, scoreText)}">
<circle cx="60" cy="60" r="50"/><circle class="arc" cx="60" cy="60" r="50" stroke-dasharray="${arc} ${round.toFixed(1)}" transform="rotate(-90 60 60)"/>
<text x="60" y="71">${figureText(now, scoreText)}</text></svg>
<b>${title}</b><span class="${change}">${changeText(before, now, change, scoreText)}</span>${spread}</div>`;
}

function timeRow({ title, now, before, change }: ComparedFigure): Markup {
  const [was, is] = [figureText(before, millisecondsText), figureText(now, millisecondsText)];
  return html`<tr><td>${title}</td><td class="number">${was}</td><td class="number">${is}</td>
<td class="number ${change}">${changeText(before, now, change, millisecondsText)}</td></tr>`;
}

/** `+120 ms`; nothing where there is nothing before. */
function changeText(before: number | null, now: number | null, change: ComparedFigure['change'], show: (value: number) => string): string {
  if (before === null || now === null) return before === now ? '' : before === null ? 'new' : 'not measured';
  if (change === 'same') return 'no change';
  return `${now > before ? '+' : '\u2212'}${show(Math.abs(now - before))}`;
}
