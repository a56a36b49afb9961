import { h } from '../shared/element.js';

const longestLog = 60;
const list = document.getElementById('wire');
let seen = 0;

/** When a request was asked, by its id, to tell how long its answer took. */
const asked = new Map();

function textOf({ id, method, params, error }) {
  if (method !== undefined) {
    asked.set(id, performance.now());
    return [method, params?.name, params?.reason].filter(Boolean).join(' ');
  }
  const took = Math.round(performance.now() - (asked.get(id) ?? Number.NaN));
  asked.delete(id);
  return `${error ? `error ${error.code}` : 'result'} · ${took} ms`;
}

/** Shows one JSON-RPC message: method and name only, no arguments. */
export function traceMessage(from, message) {
  seen += 1;
  document.getElementById('wire-count').textContent = String(seen);
  list.prepend(h('li', {}, h('span', { className: 'from' }, from), h('span', {}, textOf(message))));
  if (list.childElementCount > longestLog) list.lastElementChild.remove();
}
