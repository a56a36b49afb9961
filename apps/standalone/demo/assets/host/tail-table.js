import { h } from '../shared/element.js';
import { ago, withUnit } from './format.js';

const shown = 12;
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

/** The latest events, newest first. Names come from browsers, and only ever become text. */
export function showTail(events, now, metrics) {
  if (events.length === 0) return box.replaceChildren(h('p', { className: 'nothing-yet' }, 'Events show here as they are stored.'));
  const units = new Map(metrics.map(({ name, unit }) => [name, unit]));
  const rows = events.slice(0, shown).map((event) => row(event, now, (name) => units.get(name)));
  box.replaceChildren(h('table', {}, h('caption', { className: 'unseen' }, 'Latest events'), h('tbody', {}, rows)));
}
