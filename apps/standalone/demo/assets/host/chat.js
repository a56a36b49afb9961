import { h } from '../shared/element.js';
import { serveWidget } from './mcp-host.js';
import { sampleWidgets } from './sample-widgets.js';
import { traceMessage } from './wire-log.js';

/** Bounds of the height a widget may ask for, in pixels. */
const lowest = 420;
const highest = 1_200;

const frameBox = h('div', { className: 'frame' });
const opaque = document.getElementById('opaque');
const closeButton = document.getElementById('close');

/** `/demo?widget=fitness-booking&opaque` opens what it names. */
const asked = new URLSearchParams(location.search);
/** The widget that is open: its host side; undefined between two. */
let served;
let chosen = Object.hasOwn(sampleWidgets, asked.get('widget') ?? '') ? asked.get('widget') : 'class-search';
opaque.checked = asked.has('opaque');

const theme = () => document.documentElement.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');

function openWidget() {
  const sample = sampleWidgets[chosen];
  const frame = h('iframe', { title: `${sample.title} widget` });
  frame.sandbox = opaque.checked ? 'allow-scripts allow-forms' : 'allow-scripts allow-forms allow-same-origin';
  frame.src = `/widget-preview/${chosen}?theme=${theme()}`;
  frameBox.replaceChildren(frame);
  served = serveWidget({
    view: frame.contentWindow,
    sample,
    theme: theme(),
    trace: traceMessage,
    onSize: (height) => {
      frame.style.height = `${Math.min(highest, Math.max(lowest, height))}px`;
    },
  });
  closeButton.disabled = false;
}

/** The widget is asked to finish before its frame goes, as hosts do: that is when it sends what it still holds. */
async function closeWidget(reason) {
  const leaving = served;
  served = undefined;
  closeButton.disabled = true;
  await leaving?.close(reason);
}

async function reopen(reason) {
  await closeWidget(reason);
  talk();
  openWidget();
}

function talk() {
  const sample = sampleWidgets[chosen];
  document
    .getElementById('thread')
    .replaceChildren(
      h('p', { className: 'asked' }, sample.asked),
      h('div', { className: 'answered' }, h('span', { className: 'tool' }, sample.tool), h('p', {}, sample.answered)),
      frameBox,
    );
}

function showClosed() {
  const again = h('button', { type: 'button', className: 'main', onclick: () => reopen('again') }, 'Open it again');
  frameBox.replaceChildren(
    h('div', { className: 'closed' }, h('p', {}, 'The widget is closed. Its last measurements left before it went.'), again),
  );
  again.focus();
}

function chooser() {
  return Object.entries(sampleWidgets).map(([name, { title }]) => {
    const radio = h('input', { type: 'radio', name: 'widget', className: 'unseen', checked: name === chosen });
    radio.onchange = () => {
      chosen = name;
      reopen('another widget');
    };
    return h('label', {}, radio, title);
  });
}

export function startChat() {
  document.getElementById('widgets').append(...chooser());
  opaque.onchange = () => reopen('sandbox changed');
  closeButton.onclick = async () => {
    await closeWidget('closed by the person');
    showClosed();
  };
  talk();
  openWidget();
}

export const passThemeOn = () => served?.setTheme(theme());
