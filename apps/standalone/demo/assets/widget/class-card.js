import { h } from '../shared/element.js';

const oneDayMs = 86_400_000;

/** Day 0 is tomorrow; the others have their name in the visitor's language. */
export function dayName(day, length = 'short') {
  if (day === 0 && length === 'long') return 'Tomorrow';
  return new Intl.DateTimeFormat(undefined, { weekday: length }).format(new Date(Date.now() + (day + 1) * oneDayMs));
}

function action(one, onBook) {
  if (one.booking !== null) return [h('span', { className: 'mark' }, '✓ Booked'), h('span', { className: 'places' }, one.booking)];
  const label = `Book ${one.title}, ${dayName(one.day, 'long')} ${one.time}`;
  const full = one.placesLeft === 0;
  const button = h(
    'button',
    { type: 'button', className: 'book-button', ariaLabel: full ? `${one.title} is full` : label },
    full ? 'Full' : 'Book',
  );
  button.disabled = full;
  button.onclick = () => {
    button.disabled = true;
    onBook(one, () => {
      button.disabled = false;
    });
  };
  return [button, h('span', { className: 'places' }, full ? 'no places' : `${one.placesLeft} left`)];
}

/** `onBook(class, again)`: call `again` where booking failed, to offer it once more. */
export function classCard(one, onBook) {
  return h(
    'li',
    { className: one.booking === null ? 'class-card' : 'class-card booked', 'data-class': one.id },
    h('span', { className: 'when' }, h('span', { className: 'time' }, one.time), h('span', { className: 'day' }, dayName(one.day))),
    h('h2', {}, one.title),
    h('p', { className: 'about' }, `${one.coach} · ${one.studio}, ${one.distanceKm} km · ${one.minutes} min · ${one.level}`),
    h('div', { className: 'act' }, action(one, onBook)),
  );
}
