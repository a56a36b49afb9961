import { h } from '../shared/element.js';
import { classCard, dayName } from './class-card.js';
import { render, say } from './render.js';
import { showView } from './rum.js';
import { openWidget } from './widget.js';

const form = document.querySelector('.search');
const input = document.getElementById('search-input');
const button = document.getElementById('search-button');
const stage = document.getElementById('stage');

const widget = openWidget(({ structuredContent }) => render('suggestions', () => showSuggestions(structuredContent?.suggestions ?? [])));

function showSuggestions(suggestions) {
  const chips = suggestions.map((text) => h('button', { type: 'button', onclick: () => searchFor(text) }, text));
  document.getElementById('suggestions').replaceChildren(...chips);
}

function searchFor(text) {
  input.value = text;
  return search();
}

async function search() {
  const query = input.value.trim();
  if (query === '') return say('Type what you are after, for example "yoga near me".', 'failed');
  button.disabled = true;
  const found = await widget.call('search_classes', { query }, `Searching "${query}"`);
  button.disabled = false;
  if (found === null) return;
  showView();
  say(found.classes.length === 1 ? '1 class' : `${found.classes.length} classes, nearest first`);
  render('class-results', () => showResults(found));
}

function showResults({ query, classes }) {
  const nothing = h('p', { className: 'nothing' }, `No class matches "${query}". Try a kind, a coach or a studio.`);
  const cards = classes.map((one) => classCard(one, book));
  stage.replaceChildren(classes.length === 0 ? nothing : h('ol', { className: 'class-results' }, cards));
}

async function book(one, again) {
  const booked = await widget.call('book_class', { classId: one.id }, `Booking ${one.title}`);
  if (booked === null) return again();
  showView('booked');
  say(`${one.title} is booked.`, 'done');
  render('booking-confirmation', () => showConfirmation(booked.class));
}

function showConfirmation(one) {
  const back = h('button', { type: 'button', onclick: search }, 'Back to the classes');
  const heading = h('h2', { tabIndex: -1 }, 'You are in');
  stage.replaceChildren(
    h(
      'div',
      { className: 'booking-confirmation' },
      heading,
      h('p', {}, `${one.title} with ${one.coach}`),
      h('p', { className: 'quiet' }, `${dayName(one.day, 'long')}, ${one.time} · ${one.studio}`),
      h('p', {}, h('span', { className: 'code' }, one.booking)),
      h('div', { className: 'row' }, back),
    ),
  );
  heading.focus();
}

// On the button and not on submit: a frame sandboxed without `allow-forms` sends no submit event, Enter still clicks.
button.addEventListener('click', (event) => {
  event.preventDefault();
  search();
});
form.addEventListener('submit', (event) => event.preventDefault());
