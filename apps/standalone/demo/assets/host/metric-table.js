import { h } from '../shared/element.js';
import { count, percent, withUnit } from './format.js';

/** Under this many samples a p75 is shown without judgement. */
const enoughSamples = 20;
const box = document.getElementById('metrics');

/** What the monitor can measure has its line from the start, so that nothing moves when the first value arrives. */
const expected = [
  ['LCP', 'Largest Contentful Paint'],
  ['INP', 'Interaction to Next Paint'],
  ['CLS', 'Cumulative Layout Shift'],
  ['FCP', 'First Contentful Paint'],
  ['TTFB', 'Time to First Byte'],
  ['mcp-tool-execution', 'Tool call'],
  ['mcp-tool-error', 'Failed tool call'],
  ['widget-render-time', 'Widget render'],
  ['widget-bootstrap', 'Widget bootstrap'],
  ['widget-tool-wait', 'Wait for tool result'],
  ['long-task', 'Long task'],
  ['js-error', 'JavaScript error'],
];

const columns = [
  ['Metric', ''],
  ['n', 'number-cell'],
  ['p75', 'number-cell'],
  ['Last value', 'number-cell'],
  ['Distribution', ''],
];

const parts = [
  ['good', 'good', (shares) => shares.good],
  ['middle', 'needs improvement', (shares) => shares.needsImprovement],
  ['poor', 'poor', (shares) => shares.poor],
];

const none = (text = '–') => h('span', { className: 'quiet' }, text);

function bar({ shares, samples }) {
  if (!shares) return none('not rated');
  const text = parts.map(([, title, of]) => `${title} ${percent(of(shares))}`).join(', ');
  const spans = parts.map(([part, , of]) => {
    const span = h('span', { className: `part-${part}` });
    span.style.width = `${of(shares) * 100}%`;
    return span;
  });
  const className = samples < enoughSamples ? 'bar few-samples' : 'bar';
  return h('div', { className, role: 'img', ariaLabel: text, title: text }, spans);
}

function percentile({ p75, samples, unit, statistic }) {
  if (statistic === 'count') return none();
  if (samples >= enoughSamples) return withUnit(p75, unit);
  return h('span', { className: 'few', title: `few samples: under ${enoughSamples}` }, `${withUnit(p75, unit)} `, h('small', {}, 'few'));
}

function samplesOf({ samples, count: events, sampling }) {
  return sampling < 1 ? `${count(samples)} of ~${count(events)}` : count(samples);
}

function last({ name, unit }, tail) {
  const row = tail.find(({ metric }) => metric === name);
  return row ? h('span', { className: `rating ${row.rating}`, title: row.rating }, withUnit(row.value, unit)) : none();
}

const titleOf = (name, title) => (title === name ? name : [title, ' ', h('span', { className: 'name' }, name)]);

function line(name, title, cells) {
  const [samples, p75, value, distribution] = cells;
  return h(
    'tr',
    { 'data-metric': name },
    h('th', { scope: 'row' }, titleOf(name, title)),
    h('td', { className: 'number-cell' }, samples),
    h('td', { className: 'number-cell' }, p75),
    h('td', { className: 'number-cell' }, value),
    h('td', {}, distribution),
  );
}

const measured = (metric, tail) =>
  line(metric.name, metric.title, [samplesOf(metric), percentile(metric), last(metric, tail), bar(metric)]);
const awaited = (name, title) => line(name, title, [none('0'), none(), none(), none()]);

function show(rows) {
  const caption = h('caption', { className: 'unseen' }, 'Metrics of the last 15 minutes');
  const titles = columns.map(([title, className]) => h('th', { scope: 'col', className }, title));
  const marks = parts.map(([part, title]) => h('span', {}, h('i', { className: `part-${part}` }), title));
  const legend = h('p', { className: 'legend' }, marks, h('span', {}, `grey: under ${enoughSamples} samples`));
  box.replaceChildren(h('table', {}, caption, h('thead', {}, h('tr', {}, titles)), h('tbody', {}, rows)), legend);
}

/** One line per metric; `tail` holds the latest events, newest first. */
export function showMetrics(metrics, tail) {
  const byName = new Map(metrics.map((metric) => [metric.name, metric]));
  const known = expected.map(([name, title]) => (byName.has(name) ? measured(byName.get(name), tail) : awaited(name, title)));
  const names = new Set(expected.map(([name]) => name));
  const more = metrics.filter(({ name }) => !names.has(name)).map((metric) => measured(metric, tail));
  box.classList.remove('loading');
  show([...known, ...more]);
}

export function showMetricsLoading() {
  box.classList.add('loading');
  show(expected.map(([name, title]) => awaited(name, title)));
}
