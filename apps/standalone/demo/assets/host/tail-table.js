import { h } from '../shared/element.js';
import { ago, withUnit } from './format.js';

const shown = 11;
const box = document.getElementById('tail');

const detailOf = ({ tool, attrs, route }) => {
  const named = tool === 'unknown' ? undefined : tool;
  return attrs?.measure ?? attrs?.message ?? named ?? attrs?.target ?? attrs?.interactionTarget ?? route;
};

function row(event, now, unitOf) {
  return h(
    'tr',
    {},
    h('td', { className: 'quiet' }, ago(event.receivedAt, now)),
    h('td', {}, event.metric),
    h(
      'td',
      { className: 'number-cell' },
      h('span', { className: `rating ${event.rating}`, title: event.rating }, withUnit(event.value, unitOf(event.metric))),
    ),
    h('td', { className: 'quiet' }, String(detailOf(event) ?? '').slice(0, 60)),
  );
}

const nothingYet = () =>
  h(
    'div',
    { className: 'nothing-yet' },
    h('strong', {}, 'Nothing in the last 15 minutes'),
    'Open a widget, search, book: the first values take about two seconds.',
  );

/** The latest events, newest first. Names come from browsers, and only ever become text. */
export function showTail(events, now, metrics) {
  if (events.length === 0) return box.replaceChildren(nothingYet());
  const units = new Map(metrics.map(({ name, unit }) => [name, unit]));
  const rows = events.slice(0, shown).map((event) => row(event, now, (name) => units.get(name)));
  const titles = ['Stored', 'Metric', 'Value', 'About'].map((title) =>
    h('th', { scope: 'col', className: title === 'Value' ? 'number-cell' : '' }, title),
  );
  const caption = h('caption', { className: 'unseen' }, 'Latest events');
  box.replaceChildren(h('table', {}, caption, h('thead', {}, h('tr', {}, titles)), h('tbody', {}, rows)));
}
