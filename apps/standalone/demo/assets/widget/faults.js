import { h } from '../shared/element.js';

const choices = [
  ['', 'succeeds'],
  ['throw', 'throws'],
  ['isError', 'answers isError'],
  ['slow', 'takes four seconds more'],
];

const longTaskMs = 400;
/** Later than the half second in which a shift counts as the visitor's own doing. */
const shiftDelayMs = 700;

const immediate = [
  ['shift', 'Shift the layout', () => setTimeout(shiftLayout, shiftDelayMs)],
  ['long-task', `Block the page for ${longTaskMs} ms`, blockPage],
  ['error', 'Throw a JavaScript error', throwError],
];

function shiftLayout() {
  const close = h('button', { type: 'button', onclick: () => promotion.remove() }, 'Close');
  const promotion = h('div', { className: 'promotion' }, 'New members train free on Sundays. This banner came late, on purpose. ', close);
  document.body.prepend(promotion);
}

function blockPage() {
  const until = performance.now() + longTaskMs;
  while (performance.now() < until);
}

function throwError() {
  setTimeout(() => {
    throw new Error('A sample error, thrown on purpose');
  });
}

const box = h('details', { className: 'faults' });

/** What the visitor wants to happen to the next call; asked once, it is used up. */
export function nextFault() {
  const chosen = box.querySelector('input:checked').value;
  box.querySelector('input').checked = true;
  box.classList.remove('armed');
  return chosen;
}

function closeAnd(act) {
  box.open = false;
  act();
}

function build() {
  const radios = choices.map(([value, text]) =>
    h('label', {}, h('input', { type: 'radio', name: 'fault', value, checked: value === '' }), text),
  );
  const buttons = immediate.map(([name, text, act]) =>
    h('button', { type: 'button', 'data-fault': name, onclick: () => closeAnd(act) }, text),
  );
  box.append(
    h('summary', {}, 'Break it'),
    h(
      'div',
      { className: 'panel' },
      h('fieldset', {}, h('legend', {}, 'The next tool call'), radios),
      h('h2', {}, 'Right now'),
      h('div', { className: 'now' }, buttons),
    ),
  );
  box.addEventListener('change', ({ target }) => {
    box.classList.toggle('armed', target.value !== '');
    box.open = false;
  });
  box.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') box.open = false;
  });
  document.addEventListener('click', ({ target }) => {
    if (!box.contains(target)) box.open = false;
  });
  document.getElementById('faults').append(box);
}

build();
