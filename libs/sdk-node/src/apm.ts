import type { Settings } from './config.ts';
import { countInternalError, type Diagnostics, diagnostics, guarded, setDebug } from './diagnostics.ts';
import { flushOnExit } from './export/flush-on-exit.ts';
import { encodeMetrics, encodeSpans, type Metrics } from './export/otlp-json.ts';
import { Outbox } from './export/outbox.ts';
import { pause } from './export/pause.ts';
import { post, type Target } from './export/post.ts';
import { resourceOf } from './export/resource.ts';
import { type AloneSpan, aloneGround } from './grounds/alone-ground.ts';
import { findDatadog } from './grounds/datadog-ground.ts';
import { chooseGround, theGround } from './grounds/the-ground.ts';
import { type RuntimeMetrics, watchRuntime } from './runtime/runtime-metrics.ts';

export interface APM {
  /** Resolves when all spans and metrics so far have left, or were given up and counted. */
  flush(): Promise<void>;
  /** Sends what is there within `exitTimeout`, then ends timers and listeners. Tools go on unmeasured, unless another tracer measures them. */
  shutdown(): Promise<void>;
  stats(): APMStats;
}

export interface APMStats extends Diagnostics {
  /** Spans that the house has taken from here; 0 where another tracer sends them. */
  readonly sentSpans: number;
}

/** Metrics are few and large: ten minutes of them. */
const metricsKept = 20;
const spansInBatch = 512;

/** Begins to send; without an address it only finds the tracer that is there. */
export function startAPM(settings: Settings): APM {
  setDebug(settings.debug);
  const house = settings.url ? openHouse(settings, settings.url) : undefined;
  const forgetGround = chooseGround(settings.ground, house?.ground);
  return {
    flush: async () => {
      house?.runtime?.collect();
      await holdingProcess(Promise.all([house?.spans.flush(), house?.metrics.flush()]));
    },
    shutdown: async () => {
      forgetGround();
      await house?.shutdown();
    },
    stats: () => ({ ...diagnostics(), sentSpans: house?.spans.sent ?? 0 }),
  };
}

/** Who awaits a flush is still there when it ends: sockets and timers of this package do not keep a process alive. */
async function holdingProcess(work: Promise<unknown>): Promise<void> {
  const hold = setInterval(() => {}, 60_000);
  await work.finally(() => clearInterval(hold));
}

/** What is there only where the address of a house is known. */
function openHouse(settings: Settings, url: string) {
  const { key, exitTimeout } = settings;
  const { spans, metrics } = openOutboxes(settings, (signal) => ({ url: new URL(`v1/${signal}`, url), key }));
  const runtime = runtimeOf(settings, metrics);
  const drain = async () => {
    runtime?.collect();
    if (exitTimeout > 0) await Promise.all([spans.drain(exitTimeout), metrics.drain(exitTimeout)]);
  };
  const forget = flushOnExit(drain);
  return {
    spans,
    metrics,
    runtime,
    ground: aloneGround(guarded((span) => spans.add(span))),
    async shutdown() {
      forget();
      runtime?.collect();
      runtime?.stop();
      await Promise.all([spans.close(exitTimeout), metrics.close(exitTimeout)]);
    },
  };
}

function openOutboxes(settings: Settings, targetOf: (signal: string) => Target) {
  const { maxQueueSpans, maxQueueBytes, flushInterval, retryDelay } = settings;
  const resource = resourceOf(settings);
  const shared = { retryDelay, pause };
  const spans = new Outbox<AloneSpan>({
    ...shared,
    post: quietPost(targetOf('traces')),
    encode: (batch) => encodeSpans(resource, batch),
    sizeOf: spanSize,
    maxItems: maxQueueSpans,
    maxBytes: maxQueueBytes,
    batchItems: Math.min(spansInBatch, maxQueueSpans),
    flushInterval,
  });
  const metrics = new Outbox<Metrics>({
    ...shared,
    post: quietPost(targetOf('metrics')),
    encode: (batch) => encodeMetrics(resource, batch),
    sizeOf: ({ metrics: { length } }) => length * 1_000,
    maxItems: metricsKept,
    maxBytes: maxQueueBytes,
    batchItems: metricsKept,
    flushInterval: 0,
  });
  return { spans, metrics };
}

/** Sends so that the app's own tracer makes no span of it. */
function quietPost(target: Target) {
  return (body: Buffer, signal: AbortSignal) => {
    const send = () => post(target, body, signal);
    try {
      return theGround()?.quietly(send) ?? send();
    } catch (error) {
      countInternalError(error);
      return send();
    }
  };
}

function runtimeOf({ runtimeMetrics, metricsInterval }: Settings, metrics: Outbox<Metrics>): RuntimeMetrics | undefined {
  if (!(runtimeMetrics ?? !findDatadog())) return undefined;
  return guarded(() => watchRuntime(metricsInterval, (collected) => metrics.add(collected)))();
}

/** Bytes of a span, about: names of attributes and numbers are as long as they are. */
function spanSize({ name, attributes, failure }: AloneSpan): number {
  let size = 600 + name.length + (failure?.message?.length ?? 0) + 2 * (failure?.stack?.length ?? 0);
  for (const value of Object.values(attributes)) if (typeof value === 'string') size += value.length;
  return size;
}
