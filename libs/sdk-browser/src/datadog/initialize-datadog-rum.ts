import { datadogLogs, datadogRum } from '../bridges/datadog-bridge.ts';
import { guarded } from '../browser/diagnostics.ts';
import { bounded } from '../collect/attribution/bounded.ts';
import { trackError as trackOurs } from '../collect/errors.ts';
import { configure, running } from '../config.ts';
import { privacyRequested } from '../identity/privacy.ts';
import { openSession } from '../identity/session.ts';
import { destroy, initializeRUM, setUser as setOurs } from '../initialize-rum.ts';
import { openRecorder } from '../recorder.ts';
import { meetBridge } from '../tools/meet-bridge.ts';
import { watchMessages } from '../tools/message-bridge.ts';
import { watchOpenAI } from '../tools/openai-bridge.ts';
import { openOutbox } from '../transport/outbox.ts';
import type { DatadogRUMConfig } from './datadog-config.ts';
import { hostUser } from './host-user.ts';
import { sdkSettings } from './sdk-settings.ts';
import { tellToolCalls } from './tell-tool-calls.ts';
import { watchWidgets } from './widget-events.ts';

/** What is measured in a page that Datadog's SDK watches. */
export interface DatadogMonitor {
  /** Takes back everything that was wrapped and ends Datadog's session. Datadog's SDK itself stays: it can be started once in a page. */
  destroy(): void;
}

let anonymous = false;

/**
 * Starts Datadog's RUM and logs for a widget of a ChatGPT app, sent to Datadog, to a Beaconhouse house, or to both. Never throws; says in the
 * console what is missing.
 */
export function initializeDatadogRUM(config: DatadogRUMConfig = {}): DatadogMonitor {
  destroy();
  guarded(start)(config);
  return { destroy: end };
}

function end(): void {
  destroy();
  datadogRum.stopSession();
}

function start(config: DatadogRUMConfig): void {
  const { honourPrivacy } = config.beaconhouse ?? {};
  anonymous = honourPrivacy !== false && privacyRequested(navigator);
  if (anonymous && honourPrivacy === 'silent') return;
  if (config.destination === 'both') initializeRUM(withNames(config));
  const settings = sdkSettings(config, anonymous);
  if (!settings) {
    console.warn('[beaconhouse] Datadog is not told: applicationId and clientToken are missing');
    return;
  }
  datadogRum.init(settings.rum);
  datadogLogs.init(settings.logs);
  describe(config);
  if (settings.rum.sessionReplaySampleRate) datadogRum.startSessionReplayRecording();
  // Where our own monitor runs it measures the calls; a session that it left out is still one of Datadog's.
  if (!running) measureCalls();
  tellToolCalls();
  watchWidgets();
}

/** What Datadog calls otherwise, where our own settings do not say it. */
function withNames({ beaconhouse, service, env, version, userId }: DatadogRUMConfig) {
  return {
    ...(service && { appId: service }),
    ...(env && { environment: env }),
    ...(version && { release: version }),
    ...(userId && { userId }),
    ...beaconhouse,
  };
}

/** Who and where; a later page of the session says it again. */
function describe({ userId = hostUser(), widgetVersion, version }: DatadogRUMConfig): void {
  const { connection } = navigator as { connection?: { effectiveType?: string; downlink?: number } };
  const network = { effectiveType: connection?.effectiveType, downlink: connection?.downlink };
  for (const sdk of [datadogRum, datadogLogs]) {
    if (userId && !anonymous) sdk.setUser({ id: userId });
    sdk.setGlobalContextProperty('widget', { version: widgetVersion ?? version, platform: 'chatgpt' });
    sdk.setGlobalContextProperty('network', network);
  }
}

/** The bridges are watched as our own monitor does it, and what it would record goes nowhere. */
function measureCalls(): void {
  // Datadog's server side does not know the ids of our spans.
  configure({ traceContext: false }, true);
  openSession(1, undefined, false);
  openRecorder({});
  openOutbox([{ _send: () => Promise.resolve({ ok: true }) }], {});
  watchOpenAI(meetBridge);
  watchMessages();
}

/** Marks a moment: in the browser's own timeline, as a timing of the view, and as the action `performance_mark`. */
export const trackPerformanceMark: (name: string, context?: object) => void = guarded((name, context) => {
  performance.mark(name);
  datadogRum.addTiming(name);
  datadogRum.addAction('performance_mark', { mark_name: name, timestamp: performance.now(), ...context });
});

/** Reports an error that the app handled, wherever errors go. */
export const trackError: (error: unknown, context?: object) => void = guarded((error, context = {}) => {
  datadogRum.addError(error, context);
  datadogLogs.logger.error(error instanceof Error ? error.message : String(error), context, error instanceof Error ? error : undefined);
  trackOurs(error, bounded(context, 2048));
});

/** Who uses the app from now on, as an id without name or address; undefined: nobody. */
export function setUser(userId: string | undefined): void {
  if (anonymous) return;
  for (const sdk of [datadogRum, datadogLogs]) userId ? sdk.setUser({ id: userId }) : sdk.clearUser();
  setOurs(userId);
}
