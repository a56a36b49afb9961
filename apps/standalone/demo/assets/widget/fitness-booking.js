import { h } from '../shared/element.js';
import { classCard, dayName } from './class-card.js';
import { render, say } from './render.js';
import { showView } from './rum.js';
import { openWidget } from './widget.js';

const stage = document.getElementById('stage');
const daysAhead = 7;
const mine = 'mine';

/** The day that is shown, or `mine` for the visitor's bookings. */
let shown = 0;

const widget = openWidget(({ structuredContent }) => {
  if (structuredContent?.classes) show(structuredContent);
  else say('The timetable is not available. Choose a day to try again.', 'failed');
});

async function choose(view) {
  const before = shown;
  choice(view);
  const about = view === mine ? 'Asking for your bookings' : `Asking for ${dayName(view, 'long')}`;
  const schedule = await widget.call('get_schedule', { day: view === mine ? 0 : view }, about);
  if (shown !== view) return;
  if (schedule === null) choice(before);
  else show(schedule);
}

function choice(view) {
  shown = view;
  showView(view === mine ? 'bookings' : '');
  for (const button of document.querySelectorAll('#days button')) {
    button.setAttribute('aria-pressed', String(button.dataset.view === String(view)));
  }
}

function show({ classes, bookings }) {
  const listed = shown === mine ? bookings : classes;
  say(shown === mine ? `${listed.length} booked` : `${listed.length} classes, ${dayName(shown, 'long').toLowerCase()}`);
  render(shown === mine ? 'bookings' : 'timetable', () => {
    const cards = listed.map((one) => classCard(one, book));
    const nothing = h('p', { className: 'nothing' }, 'Nothing booked yet. Choose a day and take a place.');
    stage.replaceChildren(cards.length === 0 ? nothing : h('ol', { className: 'timetable' }, cards));
  });
}

async function book(one, again) {
  const booked = await widget.call('book_class', { classId: one.id }, `Booking ${one.title}`);
  if (booked === null) return again();
  say(`Booked ${one.title}, ${dayName(one.day, 'long')} ${one.time}. Confirmation ${booked.confirmation}`, 'done');
  const card = stage.querySelector(`[data-class="${CSS.escape(one.id)}"]`);
  render('booking', () => card?.replaceWith(classCard(booked.class, book)));
}

function dayButton(view, text) {
  return h('button', { type: 'button', 'data-view': view, 'aria-pressed': String(view === shown), onclick: () => choose(view) }, text);
}

const days = Array.from({ length: daysAhead }, (_, day) => dayButton(day, dayName(day)));
document.getElementById('days').append(...days, dayButton(mine, 'My bookings'));
