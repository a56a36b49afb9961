import { h } from '../shared/element.js';
import { count, percent, withUnit } from './format.js';

/** Under this many samples a p75 is shown without judgement. */
const enoughSamples = 20;
const box = document.getElementById('metrics');

function bar({ shares, samples }) {
  if (!shares) return h('span', { className: 'quiet' }, 'not rated');
  const parts = [
    ['good', shares.good, 'good'],
    ['middle', shares.needsImprovement, 'needs improvement'],
    ['poor', shares.poor, 'poor'],
  ];
  const text = parts.map(([, share, title]) => `${title} ${percent(share)}`).join(', ');
  const few = samples < enoughSamples;
  const spans = parts.map(([part, share]) => {
    const span = h('span', { className: `part-${part}` });
    span.style.width = `${share * 100}%`;
    return span;
  });
  return h('div', { className: few ? 'bar few-samples' : 'bar', role: 'img', ariaLabel: text, title: text }, spans);
}

function percentile({ p75, samples, unit, statistic }) {
  if (statistic === 'count') return h('span', { className: 'quiet' }, '–');
  if (samples >= enoughSamples) return withUnit(p75, unit);
  return h('span', { className: 'few', title: `few samples: under ${enoughSamples}` }, `${withUnit(p75, unit)} `, h('small', {}, 'few'));
}

function samplesOf({ samples, count: events, sampling }) {
  return sampling < 1 ? `${count(samples)} of ~${count(events)}` : count(samples);
}

function last(name, unit, tail) {
  const row = tail.find(({ metric }) => metric === name);
  if (!row) return h('span', { className: 'quiet' }, '–');
  return h('span', { className: `rating ${row.rating}`, title: row.rating }, withUnit(row.value, unit));
}

function row(metric, tail) {
  const { name, title, unit } = metric;
  return h(
    'tr',
    { 'data-metric': name },
    h('td', {}, title === name ? name : [title, ' ', h('span', { className: 'name' }, name)]),
    h('td', { className: 'number-cell' }, samplesOf(metric)),
    h('td', { className: 'number-cell' }, percentile(metric)),
    h('td', { className: 'number-cell' }, last(name, unit, tail)),
    h('td', {}, bar(metric)),
  );
}

function head() {
  const titles = [
    ['Metric', ''],
    ['n', 'number-cell'],
    ['p75', 'number-cell'],
    ['Last value', 'number-cell'],
    ['Distribution', ''],
  ];
  return h(
    'thead',
    {},
    h(
      'tr',
      {},
      titles.map(([title, className]) => h('th', { scope: 'col', className }, title)),
    ),
  );
}

function legend() {
  const parts = [
    ['good', 'good'],
    ['middle', 'needs improvement'],
    ['poor', 'poor'],
  ];
  const marks = parts.map(([part, title]) => h('span', {}, h('i', { className: `part-${part}` }), title));
  return h('p', { className: 'legend' }, marks, h('span', {}, `grey: under ${enoughSamples} samples`));
}

const nothingYet = () =>
  h(
    'div',
    { className: 'nothing-yet' },
    h('strong', {}, 'Nothing in the last 15 minutes'),
    'Open a widget, search, book: first values take about two seconds.',
  );

/** One line per metric; `tail` holds the latest events, newest first. */
export function showMetrics(metrics, tail) {
  if (metrics.length === 0) return box.replaceChildren(nothingYet());
  const caption = h('caption', { className: 'unseen' }, 'Metrics of the last 15 minutes');
  const table = h(
    'table',
    {},
    caption,
    head(),
    h(
      'tbody',
      {},
      metrics.map((metric) => row(metric, tail)),
    ),
  );
  box.replaceChildren(table, legend());
}

export function showMetricsLoading() {
  box.replaceChildren(
    h(
      'div',
      { className: 'skeleton-lines', ariaHidden: 'true' },
      [1, 2, 3, 4, 5, 6].map(() => h('i')),
    ),
  );
}
