import type { LogsOverrides, RumOverrides, UrlMatch } from '../bridges/datadog-bridge.ts';
import type { RUMConfig } from '../config.ts';

/** Every field is optional. */
export interface DatadogRUMConfig {
  /**
   * `datadog` (default): Datadog's SDK sends to Datadog. `beaconhouse`: Datadog's SDK sends to a Beaconhouse house in place of Datadog.
   * `both`: Datadog's SDK sends to Datadog, and our own monitor to the house.
   */
  destination?: 'datadog' | 'beaconhouse' | 'both';
  /** Of the RUM application at Datadog; with `beaconhouse` any name. */
  applicationId?: string;
  /** Of the RUM application at Datadog; with `beaconhouse` the public key of the project, unless `beaconhouse.key` says it. */
  clientToken?: string;
  /** Datadog's site. Default `datadoghq.com`. */
  site?: NonNullable<RumOverrides['site']>;
  /** Default `chatgpt-app-widgets`. */
  service?: string;
  env?: string;
  version?: string;
  /** `widget.version` and `widget_version` of what is sent. Default: `version`. */
  widgetVersion?: string;
  /** Per cent of sessions that are sent. Default 100. */
  sessionSampleRate?: number;
  /** Per cent of sessions that are recorded. Default 20; with `beaconhouse`, which keeps no recordings, 0. */
  sessionReplaySampleRate?: number;
  /** The app's own API: requests to it carry Datadog's trace headers, which it must allow. */
  tracingUrls?: UrlMatch[];
  /** The person, as an id without name or address. Default: what the host says, if it says anything. */
  userId?: string;
  /** Query parameters whose values may be sent. Those of all others become REDACTED. */
  keepParameters?: string[];
  /** With `both`, the settings of our own monitor; with `beaconhouse`, `endpoint` (any address of the house) and `key`. */
  beaconhouse?: RUMConfig;
  /** Settings of Datadog's SDK as they are. Its `beforeSend` gets what is left after redaction. */
  rum?: RumOverrides;
  logs?: LogsOverrides;
}
