import { debug, guarded } from '../browser/diagnostics.ts';
import { config, running } from '../config.ts';
import { uuidV7 } from '../identity/ids.ts';
import { nextSeq } from '../identity/session.ts';
import type { Capture } from '../metric.ts';
import { pauseAfter } from './pause.ts';
import type { Answer, Transport } from './transports.ts';

/** Once it has its head a batch never changes: repeats under its id must carry the same metrics. */
interface Batch {
  _metrics: Map<unknown, Capture>;
  _bytes: number;
  /** What all metrics say alike. */
  _common: object | undefined;
  _head?: { beaconId: string; seq: number };
}

/** `everything`: the page may vanish, nothing waits for its turn. `leaving`: it does vanish, pauses no longer count. */
export const everything = 1;
export const leaving = 2;

/** Browsers let 64 KiB of beacons fly at once; some of it is the page's own. 2 KiB are left for what metrics have in common. */
const batchBytes = 46 * 1024;
/** The intake takes 100 metrics in a beacon. */
const batchItems = 100;
/** Held at most while they cannot be delivered; the oldest go first. */
const batchesKept = 16;
/** A transport that fails this often in a row gives way to the next. */
const failuresBeforeSwitch = 2;

export const utf8Length = (text: string): number => new TextEncoder().encode(text).length;

/** In order of preference. */
let transports: Transport[] = [];
/** What every beacon says beside its metrics. */
let envelope: object;
/** Oldest first. */
const waiting: Batch[] = [];
/** The last of those that wait, while it may still grow. */
let open: Batch | undefined;
/** Whether the open batch should have left already. */
let due = false;
let lost = 0;
let lostReported = 0;
let current = 0;
let inFlight = 0;
let failures = 0;
/** After a failure, until it is time for the next attempt. */
let paused = false;
let timer: ReturnType<typeof setTimeout> | undefined;

/** What an earlier monitor could not deliver stays and goes the new way. */
export function openOutbox(nextTransports: Transport[], nextEnvelope: object): void {
  transports = nextTransports;
  envelope = nextEnvelope;
  current = failures = 0;
  paused = false;
}

/**
 * Queues a metric. One of the same key that still waits in the open batch is replaced. A batch holds metrics that have the same
 * object in common: who measured them, and where.
 */
export function put(metric: Capture, key: unknown = metric, common?: object): void {
  if (open?._common !== common) open = undefined;
  const earlier = open?._metrics.get(key);
  if (earlier) {
    inherit(metric, earlier);
    lostReported = 0;
  }
  if (lost > lostReported) {
    lostReported = lost;
    metric.attributes = { ...metric.attributes, dropped: lost };
  }
  const bytes = utf8Length(JSON.stringify(metric)) + 1;
  if (bytes > batchBytes) {
    drop(1);
    return;
  }
  if (!open || open._metrics.size >= batchItems || open._bytes + bytes > batchBytes) {
    open = { _metrics: new Map(), _bytes: 0, _common: common };
    waiting.push(open);
    if (waiting.length > batchesKept) drop((waiting.shift() as Batch)._metrics.size);
  }
  open._metrics.set(key, metric);
  open._bytes += bytes;
  if (open._metrics.size >= (config.flushCount ?? 10)) flush();
}

/** Whether a metric of this key still waits in the open batch. */
export const holds = (key: unknown): boolean => !!open?._metrics.has(key);

/** Counts metrics that will never arrive; a later one carries the sum so far as its attribute `dropped`. */
export function drop(count: number): void {
  lost += count;
}

/** Sends what waits. While that cannot be done the open batch goes on collecting, and leaves as soon as it can. */
export function flush(urgency = 0): void {
  due = urgency !== leaving && (paused || (inFlight > 0 && !urgency));
  if (due) return;
  open = undefined;
  if (urgency && transports[0]) for (const batch of waiting.splice(0)) void send(batch, urgency === leaving);
  sendNext();
}

/** The page's rules block this origin: it is not used again. */
export function block(origin: string): void {
  const allowed = transports.filter((transport) => transport._origin !== origin);
  if (allowed.length === transports.length) return;
  console.warn(`[beaconhouse] CSP blocks beacons, add: connectDomains: ["${origin}"]`);
  openOutbox(allowed, envelope);
  flush();
}

export const stopSending = (): void => clearTimeout(timer);

function sendNext(): void {
  if (!inFlight && !paused && waiting[0] !== open && transports[0]) void send(waiting.shift() as Batch, false);
  else if (due) flush();
}

async function send(batch: Batch, leaves: boolean): Promise<void> {
  const transport = transports[current] as Transport;
  const timestamp = Date.now();
  batch._head ??= { beaconId: uuidV7(timestamp), seq: nextSeq() };
  const metrics = [...batch._metrics.values()];
  const body = JSON.stringify({ common: batch._common, metrics, timestamp, ...batch._head, ...envelope });
  debug('flush', body);
  inFlight++;
  let answer: Answer = {};
  try {
    answer = await transport._send(body, leaves);
    // The browser counts a body as in flight until its answer has been read.
    await answer.text?.();
  } catch {}
  inFlight--;
  if (answer.ok) failures = 0;
  else if (/^4(?!08|29)/.test(answer.status as unknown as string)) drop(batch._metrics.size);
  else {
    waiting.unshift(batch);
    if (transports.includes(transport)) return postpone(answer);
  }
  sendNext();
}

function postpone({ status, headers }: Answer): void {
  failures++;
  if (!(status || failures % failuresBeforeSwitch)) current = (current + 1) % transports.length;
  paused = true;
  stopSending();
  if (running) timer = setTimeout(resume, pauseAfter(failures, config.retryDelay ?? 1_000, headers?.get('retry-after')));
}

const resume = guarded(() => {
  paused = false;
  flush();
});

/**
 * The intake knows a first report by delta == value. An update that overtakes a report still waiting must span both; sums
 * of floats miss equality, so a first report stays one by definition. Counts of repeats add up.
 */
function inherit(metric: Capture, earlier: Capture): void {
  if (metric.delta) metric.delta = earlier.delta === earlier.value ? metric.value : metric.delta + (earlier.delta ?? 0);
  if (metric.attributes) metric.attributes.count = (earlier.attributes?.count as number) + 1;
}
