import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { showMeasure } from '#contracts';
import { htmlText } from '../notices/html-text.ts';
import { instant, lengthOf, measureText } from '../notices/notice-text.ts';
import type { incidentAnswer } from './answers.ts';

type Story = z.output<typeof incidentAnswer>;

const style = `
:root { color-scheme: light dark; --line: #8883; --soft: #777; --critical: #c4314b; --warning: #b26a00; --well: #2f7d4f; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 46rem; padding: 0 1rem; }
h1 { font-size: 1.25rem; line-height: 1.35; margin: .25rem 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1rem; margin: 2rem 0 .5rem; }
.state { border-radius: 1rem; color: #fff; display: inline-block; font-size: .8rem; padding: .1rem .7rem; }
.critical { background: var(--critical); } .warning { background: var(--warning); } .info { background: var(--soft); } .resolved { background: var(--well); }
img { border: 1px solid var(--line); border-radius: .4rem; height: auto; max-width: 100%; }
dl { display: grid; gap: .2rem 1rem; grid-template-columns: max-content 1fr; margin: 0; }
dt, time, .soft { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
ol { border-left: 2px solid var(--line); list-style: none; margin: 0; padding-left: 1rem; }
li { margin: .5rem 0; overflow-wrap: anywhere; } time { display: block; font-size: .8rem; }
code { background: var(--line); border-radius: .3rem; display: block; font-size: .8rem; overflow-wrap: anywhere; padding: .5rem .7rem; }
`;

/** Nothing runs, and nothing but the picture is loaded. */
export const incidentPagePolicy = [
  "default-src 'none'",
  "img-src 'self'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** One incident for people: how it stands, its chart, and what happened, the newest first. Everything that is not the house's own is text. */
export function incidentPage(story: Story, now: number): string {
  const title = titleOf(story);
  const { id, project, timeline } = story;
  const path = `/api/alerts/incidents/${encodeURIComponent(id)}`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${htmlText(title)}</title><style>${style}</style></head>
<body>
${stateOf(story)}
<h1>${htmlText(title)}</h1>
<p><img src="${path}/chart.png?project=${encodeURIComponent(project)}" width="640" height="260" alt="There is no chart of this incident"></p>
<dl>
${factsOf(story, now)
  .map(([name, value]) => `<dt>${htmlText(name)}</dt><dd>${htmlText(value)}</dd>`)
  .join('\n')}
</dl>
${doingOf(story, path)}
<h2>What happened</h2>
<ol>
${timeline.map(({ at, text }) => `<li><time datetime="${new Date(at).toISOString()}">${instant(at)}</time>${htmlText(text)}</li>`).join('\n')}
</ol>
</body></html>
`;
}

const titleOf = ({ headline, measure, rule }: Story) => headline ?? (measure ? measureText(measure) : rule.name);

function stateOf({ state, severity, acknowledged }: Story): string {
  if (state === 'resolved') return '<span class="state resolved">resolved</span>';
  const by = acknowledged ? ` <span class="soft">acknowledged by ${htmlText(acknowledged.by)}</span>` : '';
  return `<span class="state ${severity}">${severity}</span>${by}`;
}

function factsOf({ rule, project, labels, openedAt, resolvedAt, peak, measure, held, channels }: Story, now: number): [string, string][] {
  const lasted = lengthOf((resolvedAt ?? now) - openedAt);
  return [
    ['Rule', rule.name === rule.id ? rule.id : `${rule.name} (${rule.id})`],
    ['Project', project],
    ...Object.entries(labels).map(([name, value]): [string, string] => [name, value]),
    ['Since', `${instant(openedAt)}, ${resolvedAt === null ? `for ${lasted}` : `over after ${lasted}`}`],
    ...(peak !== null && measure ? [['At worst', showMeasure(peak, measure.unit)] as [string, string]] : []),
    ['Told', held === null ? channels.join(', ') || 'nobody yet' : `nobody: ${held}`],
    ...(rule.summary ? [['What it means', rule.summary] as [string, string]] : []),
    ...(rule.runbookUrl ? [['What to do', rule.runbookUrl] as [string, string]] : []),
  ];
}

/** Until there is a dashboard, what a person can do stands here to be copied. */
function doingOf({ state }: Story, path: string): string {
  if (state === 'resolved') return '';
  const line = `curl -X POST "$BEACONHOUSE_URL${path}/ack?by=$USER" -H "Authorization: Bearer $BEACONHOUSE_OPERATE_TOKEN"`;
  return `<h2>Acknowledge it</h2>\n<p>With the button in Slack, or:</p>\n<code>${htmlText(line)}</code>`;
}
