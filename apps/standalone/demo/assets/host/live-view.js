import { showLedger } from './ledger-tiles.js';
import { showMetrics } from './metric-table.js';
import { showTail } from './tail-table.js';

const intervalMs = 2_000;
const slowestIntervalMs = 30_000;
const answerPatienceMs = 10_000;
/** More than are shown, to know the last value of rarer metrics. */
const tailRows = 200;
const windowMs = 15 * 60_000;

const pulse = document.getElementById('pulse');
const pulseText = document.getElementById('pulse-text');
const pauseButton = document.getElementById('pause');

let timer;
let failures = 0;
let paused = false;
let asking = false;

async function get(path) {
  const response = await fetch(path, { signal: AbortSignal.timeout(answerPatienceMs) });
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new Error(answer?.error?.message ?? `${path} answered ${response.status}`);
  return answer;
}

async function look() {
  const [ledger, metrics, tail] = await Promise.all([
    get('/api/ledger'),
    get('/api/metrics?app=demo&window=15m'),
    get(`/api/live?app=demo&limit=${tailRows}&since=${Date.now() - windowMs}`),
  ]);
  showLedger(ledger);
  showMetrics(metrics.data ?? [], tail.data ?? []);
  showTail(tail.data ?? [], tail.now ?? Date.now(), metrics.data ?? []);
}

/** Announced by screen readers, so it is only written when it changes. */
function tell(text, kind) {
  pulse.className = `pulse ${kind}`;
  if (pulseText.textContent !== text) pulseText.textContent = text;
  document.querySelector('.live').classList.toggle('is-stale', kind === 'failing');
}

async function turn() {
  if (asking) return;
  asking = true;
  try {
    await look();
    failures = 0;
    tell(`Every ${intervalMs / 1_000} s, last 15 minutes`, 'live-now');
  } catch (error) {
    failures += 1;
    tell(`No answer: ${error.message}. Trying again.`, 'failing');
  }
  asking = false;
  schedule();
}

function schedule() {
  clearTimeout(timer);
  if (paused || document.visibilityState === 'hidden') return;
  timer = setTimeout(turn, Math.min(slowestIntervalMs, intervalMs * 2 ** failures));
}

function togglePause() {
  paused = !paused;
  pauseButton.setAttribute('aria-pressed', String(paused));
  pauseButton.textContent = paused ? 'Go on' : 'Pause';
  if (paused) tell('Paused', '');
  else turn();
  schedule();
}

export function startLiveView() {
  pauseButton.onclick = togglePause;
  document.addEventListener('visibilitychange', () => {
    clearTimeout(timer);
    if (document.visibilityState === 'visible' && !paused) turn();
  });
  turn();
}
