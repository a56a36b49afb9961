import { createHash } from 'node:crypto';

export const pageStyle = `
:root { color-scheme: light dark; --line: #8884; --soft: #6b7280; --card: #fff; --page: #f6f7f9; --text: #16181d;
  --good: #0a7d3e; --fair: #a45b00; --poor: #c1272d; --link: #1a56c4; }
@media (prefers-color-scheme: dark) { :root { --card: #1b1e24; --page: #121418; --text: #e6e8ec; --soft: #9aa3b0;
  --good: #3fbf75; --fair: #f0a03c; --poor: #ff6b6b; --link: #8ab4ff; } }
* { box-sizing: border-box; }
body { background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; margin: 0; }
main { margin: 0 auto; max-width: 62rem; padding: 1.5rem 1rem 4rem; }
a { color: var(--link); text-decoration: none; } a:hover { text-decoration: underline; }
nav { color: var(--soft); font-size: .85rem; } nav a::after { color: var(--soft); content: " / "; }
h1 { font-size: 1.5rem; line-height: 1.3; margin: .25rem 0 .5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 0; overflow-wrap: anywhere; }
code { font: .85em ui-monospace, monospace; }
.facts { align-items: center; color: var(--soft); display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 0 0 1.5rem; }
.chip { background: var(--line); border-radius: 1rem; color: var(--text); font-size: .8rem; padding: .1rem .65rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; margin: 0 0 1.25rem; padding: 1.1rem 1.25rem; }
.head { align-items: baseline; display: flex; flex-wrap: wrap; gap: .25rem 1rem; justify-content: space-between; }
.gauges { display: flex; flex-wrap: wrap; gap: 1rem 2rem; margin: 1rem 0 .5rem; }
.gauge { text-align: center; width: 7rem; } .gauge svg { height: 4.5rem; width: 4.5rem; }
.gauge b { display: block; font-size: .85rem; font-weight: 600; } .gauge span { font-size: .8rem; }
svg text { fill: currentColor; font: 600 30px system-ui, sans-serif; text-anchor: middle; }
circle { fill: none; stroke: var(--line); stroke-width: 8; } .arc { stroke: currentColor; stroke-linecap: round; }
.good, .better { color: var(--good); } .fair { color: var(--fair); } .poor, .worse { color: var(--poor); } .same, .soft { color: var(--soft); }
.table { overflow-x: auto; } table { border-collapse: collapse; width: 100%; } th { color: var(--soft); font-size: .8rem; font-weight: 500; text-align: left; }
th, td { border-top: 1px solid var(--line); padding: .45rem .75rem .45rem 0; vertical-align: top; } thead th { border: 0; }
.number { font-variant-numeric: tabular-nums; text-align: right; white-space: nowrap; } td:first-child { overflow-wrap: anywhere; }
.charts { display: grid; gap: .5rem 1.5rem; grid-template-columns: repeat(auto-fit, minmax(24rem, 1fr)); }
.history { margin: .5rem 0; } .history svg { display: block; width: 100%; } .axis { stroke: var(--line); }
.history .tick { fill: var(--soft); font: 11px system-ui, sans-serif; text-anchor: end; } .history .start { text-anchor: start; }
.band { fill: var(--link); opacity: .15; } .line { fill: none; stroke: var(--link); stroke-width: 1.5; } .dot { fill: var(--link); stroke: none; }
.change { stroke: var(--fair); stroke-dasharray: 4 3; }
.note { border-left: 3px solid var(--fair); padding: .25rem 0 .25rem .9rem; } pre { overflow-x: auto; }
`;

/** Nothing runs, and nothing is loaded. */
export const pagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(pageStyle).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * A report is made of text of the page that was measured: it may run its own script, in an origin of its own without anything of ours, and
 * it reaches nothing over the network. Its links open in another tab.
 */
export const reportPolicy = [
  ...[
    'sandbox allow-scripts allow-popups',
    "default-src 'none'",
    "script-src 'unsafe-inline'",
    "style-src 'unsafe-inline'",
    'img-src data:',
  ],
  ...['font-src data:', "connect-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
].join('; ');
