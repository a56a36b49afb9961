import { figureText, scoreClass, scoreText } from '../../pages/figure-text.ts';
import { html, type Markup } from '../../pages/html.ts';
import { instantText, outerLink, pageFrame } from '../../pages/page-frame.ts';
import type { LhciBuild } from '../lhci-build.ts';
import type { LhciProject } from '../lhci-project.ts';

/** All projects. Its address is `/projects`. */
export function projectsPage(projects: readonly LhciProject[]): string {
  const rows = projects.map(
    ({ name, slug, tenant, externalUrl }) => html`<tr><td><a href="projects/${slug}">${name}</a></td>
<td>${outerLink(externalUrl, externalUrl)}</td><td><span class="chip">${tenant}</span></td></tr>`,
  );
  const table = html`<div class="card table"><table><thead><tr><th>Project</th><th>Code</th><th>Beaconhouse</th></tr></thead><tbody>${rows}</tbody></table></div>`;
  const none = html`<div class="card"><p>There is no project yet. Make one:</p><pre><code>npx lhci wizard</code></pre></div>`;
  return pageFrame('Lighthouse CI', [], projects.length > 0 ? table : none);
}

/** `scores`: performance of a build over its pages, 0 to 1. The page's address is `/projects/<slug>`. */
export function projectPage(project: LhciProject, builds: readonly LhciBuild[], scores: ReadonlyMap<string, number>): string {
  const body = html`<p class="facts"><span class="chip">${project.baseBranch}</span>${outerLink(project.externalUrl, project.externalUrl)}</p>
<div class="card table"><table><thead><tr><th>Build</th><th>Branch</th><th>Author</th><th>When</th><th class="number">Performance</th></tr></thead>
<tbody>${builds.map((build) => buildRow(project, build, scores.get(build.id) ?? null))}</tbody></table>
${builds.length === 0 ? html`<p>There is no build yet: <code>npx lhci autorun</code> with the token of this project makes one.</p>` : undefined}</div>`;
  return pageFrame(project.name, [{ text: 'Lighthouse CI', to: '../projects' }], body);
}

function buildRow({ slug }: LhciProject, build: LhciBuild, score: number | null): Markup {
  const { id, commitMessage, hash, branch, author, runAt, lifecycle } = build;
  const words = lifecycle === 'sealed' ? figureText(score, scoreText) : 'not sealed';
  return html`<tr><td><a href="${slug}/builds/${id}">${commitMessage || hash.slice(0, 12)}</a><br><code class="soft">${hash.slice(0, 12)}</code></td>
<td><span class="chip">${branch}</span></td><td>${author.replace(/ <.*/, '')}</td><td>${instantText(runAt)}</td>
<td class="number ${scoreClass(score)}"><b>${words}</b></td></tr>`;
}
