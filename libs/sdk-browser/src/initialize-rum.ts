import { complain, debug, setDebug } from './browser/diagnostics.ts';
import { listen, type Stop } from './browser/listen.ts';
import { collectRenders } from './collect/renders.ts';
import { collectVitals } from './collect/vitals.ts';
import { type RUMConfig, resolveConfig, type Settings } from './config.ts';
import { privacyRequested } from './identity/privacy.ts';
import { openSession } from './identity/session.ts';
import type { Attributes, Capture, Rating, Record_ } from './metric.ts';
import { patchBridge } from './tools/bridge.ts';
import { openaiBridge, watchOpenAI } from './tools/openai-bridge.ts';
import { createToolMeter, type ToolMeter } from './tools/tool-meter.ts';
import { createDelivery } from './transport/delivery.ts';
import { createQueue } from './transport/queue.ts';
import { httpTransport } from './transport/transports.ts';

declare const SDK_VERSION: string;

export interface MetricOptions {
  rating?: Rating;
  attributes?: Attributes;
}

export interface RUMMonitor {
  destroy(): void;
  trackMetric(name: string, value: number, options?: MetricOptions): void;
  trackError(error: unknown, attributes?: Attributes): void;
  setUser(userId: string | undefined): void;
  setRoute(route: string | undefined): void;
}

const silent: RUMMonitor = { destroy() {}, trackMetric() {}, trackError() {}, setUser() {}, setRoute() {} };
let current: (RUMMonitor & { _meter?: ToolMeter }) | undefined;

export function initializeRUM(config: RUMConfig = {}): RUMMonitor {
  destroy();
  setDebug(config.enableDebug === true);
  try {
    current = startMonitor(resolveConfig(config));
  } catch (error) {
    complain(error);
    current = { ...silent };
  }
  return current;
}

/** The functions below act on the monitor that runs, and do nothing without one. */
export const destroy = (): void => current?.destroy();
export const trackMetric: RUMMonitor['trackMetric'] = (...args) => current?.trackMetric(...args);
export const trackError: RUMMonitor['trackError'] = (...args) => current?.trackError(...args);
export const setUser: RUMMonitor['setUser'] = (userId) => current?.setUser(userId);
export const setRoute: RUMMonitor['setRoute'] = (route) => current?.setRoute(route);

function startMonitor(settings: Settings): RUMMonitor & { _meter?: ToolMeter } {
  const asked = settings.honourPrivacy !== false && privacyRequested(navigator as never);
  const session = openSession(settings.sampleRate, settings.sessionId, asked);
  if ((asked && settings.honourPrivacy === 'silent') || !session._sampled) return { ...silent };
  const queue = createQueue();
  const delivery = createDelivery({
    _queue: queue,
    _transports: [httpTransport(settings.endpoint, settings.key)],
    _maxItems: settings.queueItems,
    _maxBytes: settings.queueBytes,
    _retryDelay: settings.retryDelay,
    _nextSeq: session._nextSeq,
    _envelope: { sampleRate: settings.sampleRate, sdk: `beaconhouse-browser/${SDK_VERSION}`, ...(asked && { privacy: true }) },
  });
  let { userId, route } = settings;
  const record: Record_ = (capture, key) => {
    const { appId, environment, release } = settings;
    const connection = (navigator as { connection?: { effectiveType: string; downlink: number; rtt: number } }).connection;
    const metric: Capture & Record<string, unknown> = {
      ...capture,
      appId,
      environment,
      release,
      sessionId: session._id,
      userId: asked ? undefined : userId,
      timestamp: Date.now(),
      userAgent: navigator.userAgent,
      ...(connection && { connection: { effectiveType: connection.effectiveType, downlink: connection.downlink, rtt: connection.rtt } }),
      route: capture.route ?? route,
      ...(location.protocol.startsWith('http') && { url: location.origin + location.pathname }),
    };
    debug('capture', metric);
    queue._put(metric, key);
    delivery._bound();
    if (queue._size() >= settings.flushCount) delivery._flush();
  };
  let resultSeen = false;
  const meter = createToolMeter(
    record,
    settings,
    () => {
      if (!resultSeen) delivery._flush();
      resultSeen = true;
    },
    () => openaiBridge()?.toolResponseMetadata?.['openai/widgetSessionId'] as string | undefined,
  );
  let going = false;
  const timer = setInterval(() => delivery._flush(), settings.flushInterval);
  const stops: Stop[] = [
    collectVitals(record, settings.softNavigations),
    collectRenders(record, () => undefined),
    watchOpenAI((bridge) => patchBridge(bridge, () => current?._meter, stops)),
    listen(window, 'pagehide', () => {
      going = true;
      delivery._flush('leaving');
    }),
    listen(window, 'pageshow', () => {
      going = false;
    }),
    listen(document, 'visibilitychange', () => {
      if (document.visibilityState === 'hidden') delivery._flush(going ? 'leaving' : 'all');
    }),
    () => clearInterval(timer),
  ];
  const monitor = {
    _meter: meter,
    destroy() {
      if (current !== monitor) return;
      current = undefined;
      for (const stop of stops.reverse()) stop();
      delivery._flush('leaving');
      delivery._stop();
    },
    trackMetric(name: string, value: number, options?: MetricOptions) {
      record({ name, value, ...options });
    },
    trackError(error: unknown, attributes?: Attributes) {
      record({ name: 'js-error', value: 1, attributes: { message: String(error), ...attributes } });
    },
    setUser(id: string | undefined) {
      userId = id;
    },
    setRoute(name: string | undefined) {
      route = name;
    },
  };
  return monitor;
}
