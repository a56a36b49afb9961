import { datadogLogs, type LogsInitConfiguration } from '@datadog/browser-logs';
import { datadogRum, type RumInitConfiguration } from '@datadog/browser-rum';

export type { LogsInitConfiguration, RumInitConfiguration };
export { datadogLogs, datadogRum };

/** What a page may hand over as it stands to Datadog's own settings; whatever is said here wins. */
export type RumOverrides = Partial<RumInitConfiguration>;
export type LogsOverrides = Partial<LogsInitConfiguration>;

type TracingUrls = NonNullable<RumInitConfiguration['allowedTracingUrls']>;
/** A string is a prefix of addresses, a pattern or a function matches them. */
export type UrlMatch = Exclude<TracingUrls[number], { match: unknown }>;
