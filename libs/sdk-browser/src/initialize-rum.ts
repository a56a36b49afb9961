import { guarded } from './browser/diagnostics.ts';
import { undoAll } from './browser/watch.ts';
import { bounded } from './collect/attribution/bounded.ts';
import { collectErrors, trackError } from './collect/errors.ts';
import { collectLongTasks } from './collect/long-tasks.ts';
import { collectRenders } from './collect/renders.ts';
import { collectVitals } from './collect/vitals.ts';
import { config, configure, type RUMConfig } from './config.ts';
import { privacyRequested } from './identity/privacy.ts';
import { openSession } from './identity/session.ts';
import type { Attributes, Rating } from './metric.ts';
import { identify, openRecorder, record, setRoute } from './recorder.ts';
import { meetBridge } from './tools/meet-bridge.ts';
import { watchMessages } from './tools/message-bridge.ts';
import { watchOpenAI } from './tools/openai-bridge.ts';
import { relayTransport } from './tools/relay.ts';
import { triggerFlushes } from './transport/flush-triggers.ts';
import { openOutbox } from './transport/outbox.ts';
import { httpTransport } from './transport/transports.ts';

declare const SDK_VERSION: string;

export interface MetricOptions {
  rating?: Rating;
  attributes?: Attributes;
}

/** The monitor of the page. There is one at a time; its functions do nothing once it is destroyed. */
export interface RUMMonitor {
  destroy(): void;
  trackMetric(name: string, value: number, options?: MetricOptions): void;
  trackError(error: unknown, attributes?: Attributes): void;
  setUser(userId: string | undefined): void;
  setRoute(route: string | undefined): void;
}

let anonymous: boolean;

/** Starts measuring; a monitor that runs already is destroyed first. Never throws. */
export function initializeRUM(config: RUMConfig = {}): RUMMonitor {
  destroy();
  configure(config, false);
  guarded(start)();
  return { destroy, trackMetric, trackError, setUser, setRoute };
}

/** Stops measuring, puts back everything that was wrapped, and sends what waits. */
export function destroy(): void {
  undoAll();
  configure(config, false);
}

/**
 * Reports a value of the app's own, not negative. Names: a letter, then letters, digits and `_ . : / -`, at most 64; the
 * intake refuses others.
 */
export const trackMetric: RUMMonitor['trackMetric'] = guarded((name, value, { rating, attributes = {} } = {}) => {
  record({ name, value, rating, attributes: bounded(attributes, 2048) });
});

export function setUser(userId: string | undefined): void {
  if (!anonymous) identify({ userId });
}

function start(): void {
  const { honourPrivacy, sampleRate = 1, sessionId, appId, environment, release, route, userId } = config;
  anonymous = honourPrivacy !== false && privacyRequested(navigator);
  const [id, sampled] = openSession(sampleRate, sessionId, !anonymous);
  if (!sampled || (anonymous && honourPrivacy === 'silent')) return;
  configure(config, true);
  openRecorder({ appId, environment, release, route, ...(!anonymous && { sessionId: id, userId }) });
  const { endpoint = '/api/rum-metrics', key, fallbackEndpoint, relayTool } = config;
  const transports = [httpTransport(endpoint, key)];
  if (fallbackEndpoint) transports.push(httpTransport(fallbackEndpoint, key));
  if (relayTool) transports.push(relayTransport(relayTool));
  openOutbox(transports, { sampleRate, sdk: `beaconhouse-browser/${SDK_VERSION}`, privacy: anonymous });
  collectVitals();
  // The first to be undone must be the last to send, so it comes before everything that may still report.
  triggerFlushes();
  collectRenders();
  if (config.errors !== false) collectErrors();
  if (config.longTasks !== false) collectLongTasks();
  watchOpenAI(meetBridge);
  watchMessages();
}
