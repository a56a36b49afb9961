import type { LogsInitConfiguration, RumInitConfiguration } from '../bridges/datadog-bridge.ts';
import type { DatadogRUMConfig } from './datadog-config.ts';
import { hostUser } from './host-user.ts';
import { Redactor } from './redact.ts';
import { type OutgoingEvent, redactEvent } from './redact-event.ts';

/** Whom Datadog's SDK sends to, and as whom. */
type Way = Pick<RumInitConfiguration, 'clientToken' | 'applicationId' | 'proxy' | 'site' | 'telemetrySampleRate'>;

type BeforeSend = (event: OutgoingEvent, context: unknown) => boolean;

/** Settings of both parts of Datadog's SDK; undefined where it is not said who sends. `anonymous`: the person asked not to be tracked. */
export function sdkSettings(
  config: DatadogRUMConfig,
  anonymous: boolean,
): { rum: RumInitConfiguration; logs: LogsInitConfiguration } | undefined {
  const way = config.destination === 'beaconhouse' ? houseWay(config) : datadogWay(config);
  if (!way) return undefined;
  const { service = 'chatgpt-app-widgets', env, version } = config;
  const shared = { ...way, service, env, version, ...(anonymous && { trackAnonymousUser: false, sessionPersistence: 'memory' as const }) };
  const { applicationId: _, ...sharedByLogs } = shared;
  return {
    rum: {
      ...shared,
      ...rumSettings(config, anonymous),
      ...config.rum,
      beforeSend: beforeSendOf(config, anonymous, config.rum?.beforeSend),
    },
    logs: {
      ...sharedByLogs,
      ...{ sessionSampleRate: 100, forwardErrorsToLogs: true },
      ...config.logs,
      beforeSend: beforeSendOf(config, anonymous, config.logs?.beforeSend),
    },
  };
}

function rumSettings({ destination, tracingUrls, ...config }: DatadogRUMConfig, anonymous: boolean): Partial<RumInitConfiguration> {
  const { sessionSampleRate = 100, sessionReplaySampleRate = destination === 'beaconhouse' ? 0 : 20 } = config;
  return {
    sessionSampleRate,
    // A recording tells one person from all others.
    sessionReplaySampleRate: anonymous ? 0 : sessionReplaySampleRate,
    ...{ trackUserInteractions: true, trackResources: true, trackLongTasks: true, defaultPrivacyLevel: 'mask-user-input' },
    ...(tracingUrls && { allowedTracingUrls: tracingUrls.map((match) => ({ match, propagatorTypes: ['datadog' as const] })) }),
  };
}

function datadogWay({ applicationId, clientToken, site = 'datadoghq.com' }: DatadogRUMConfig): Way | undefined {
  return applicationId && clientToken ? { applicationId, clientToken, site } : undefined;
}

/** The paths are Datadog's own; the SDK's telemetry about itself is nothing to the house. */
function houseWay({ beaconhouse = {}, clientToken, applicationId = 'beaconhouse' }: DatadogRUMConfig): Way {
  const { origin } = new URL(beaconhouse.endpoint ?? '/', location.href);
  return {
    applicationId,
    // An open project takes any; Datadog's SDK does not start without one.
    clientToken: beaconhouse.key ?? clientToken ?? 'open',
    proxy: ({ path, parameters }) => `${origin}${path}?${parameters}`,
    telemetrySampleRate: 0,
  };
}

function beforeSendOf(config: DatadogRUMConfig, anonymous: boolean, next?: (event: never, context: never) => boolean): BeforeSend {
  const redactor = new Redactor(config.keepParameters);
  const version = config.widgetVersion ?? config.version;
  return (event, context) => {
    redactEvent(event, redactor);
    // Logs have no context of their own: what is added to them stands beside the message.
    const added = { chatgpt_user_id: anonymous ? undefined : (config.userId ?? hostUser()), widget_version: version };
    if (event.type === undefined) Object.assign(event, added);
    else event.context = { ...(event.context as object), ...added };
    return next ? next(event as never, context as never) : true;
  };
}
