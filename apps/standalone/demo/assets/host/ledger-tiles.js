import { h } from '../shared/element.js';
import { count } from './format.js';

const tiles = [
  ['received', 'Received'],
  ['accepted', 'Accepted'],
  ['rejected', 'Rejected'],
  ['stored', 'Stored'],
];

function tile([name, title], { beacons, events }) {
  return h(
    'div',
    { className: name === 'rejected' && events + beacons > 0 ? 'some-rejected' : '' },
    h('dt', {}, title),
    h('dd', { className: 'number', 'data-total': name }, count(events)),
    h('dd', { className: 'beacons' }, `events, ${count(beacons)} beacons`),
  );
}

function balanceOf({ dead_lettered: dead, in_flight: inFlight, difference }) {
  const flying = inFlight ? `, ${count(inFlight.events)} in flight` : '';
  const off = [difference?.received?.events ?? 0, difference?.accepted?.events ?? 0];
  // The counts are taken one after the other while events move on, so a difference may show for a moment.
  const verdict = off.every((events) => events === 0)
    ? 'everything is accounted for'
    : `the counts differ by ${off.filter(Boolean).map(count).join(' and ')}`;
  return `Since the start of the data: ${count(dead?.events ?? 0)} in the dead letters${flying}; ${verdict}.`;
}

export function showLedgerLoading() {
  const cells = tiles.map(([, title]) =>
    h('div', {}, h('dt', {}, title), h('dd', { className: 'number quiet' }, '–'), h('dd', { className: 'beacons' }, 'events')),
  );
  document.getElementById('tiles').replaceChildren(...cells);
}

/** Totals over all projects, as `GET /api/ledger` counts them. */
export function showLedger(ledger) {
  const nothing = { beacons: 0, events: 0 };
  document.getElementById('tiles').replaceChildren(...tiles.map((one) => tile(one, ledger[one[0]] ?? nothing)));
  document.getElementById('balance').textContent = balanceOf(ledger);
}
