export type GroundName = 'datadog' | 'opentelemetry' | 'alone';

export interface APMConfig {
  /** Where the house is, such as `https://rum.example.com`; `BEACONHOUSE_URL` when absent. Without one nothing is sent from here. */
  readonly url?: string;
  /** Key of the project; `BEACONHOUSE_KEY` when absent. */
  readonly key?: string;
  /** `OTEL_SERVICE_NAME` or `DD_SERVICE` when absent, else `chatgpt-mcp-server`. */
  readonly service?: string;
  /** `BEACONHOUSE_ENVIRONMENT`, `DD_ENV` or `NODE_ENV` when absent, else `development`. */
  readonly environment?: string;
  /** `BEACONHOUSE_RELEASE` or `DD_VERSION` when absent. */
  readonly release?: string;
  /** Whose tracer makes the spans. When absent: dd-trace if it runs, else OpenTelemetry if a provider is registered, else this package. */
  readonly ground?: GroundName;
  /** Metrics of the process; true when absent, except under dd-trace, which has its own. */
  readonly runtimeMetrics?: boolean;
  /** Milliseconds between two sendings of metrics, 30,000 when absent. */
  readonly metricsInterval?: number;
  /** Milliseconds a span waits for others at most, 2,000 when absent. */
  readonly flushInterval?: number;
  /** Spans that wait or are under way, 4,096 when absent; what comes beyond is dropped and counted. */
  readonly maxQueueSpans?: number;
  /** The same in bytes, 8 MiB when absent. */
  readonly maxQueueBytes?: number;
  /** First pause after a failed attempt, in ms, 1,000 when absent; it doubles up to 30 s. */
  readonly retryDelay?: number;
  /** Milliseconds that the end of the process is held up by what has not left yet, 2,000 when absent; 0 never. */
  readonly exitTimeout?: number;
  /** Tells each loss and each swallowed error on stderr, not only the first of its kind. */
  readonly debug?: boolean;
}

export interface Settings {
  readonly url: string | undefined;
  readonly key: string | undefined;
  readonly service: string;
  readonly environment: string;
  readonly release: string | undefined;
  readonly ground: GroundName | undefined;
  readonly runtimeMetrics: boolean | undefined;
  readonly metricsInterval: number;
  readonly flushInterval: number;
  readonly maxQueueSpans: number;
  readonly maxQueueBytes: number;
  readonly retryDelay: number;
  readonly exitTimeout: number;
  readonly debug: boolean;
}

/** What is not said by `config` comes from the environment. An address that is none counts as absent. */
export function readSettings(config: APMConfig, env: NodeJS.ProcessEnv): Settings {
  return {
    url: readUrl(config.url ?? env.BEACONHOUSE_URL),
    key: config.key ?? env.BEACONHOUSE_KEY,
    service: config.service || env.OTEL_SERVICE_NAME || env.DD_SERVICE || 'chatgpt-mcp-server',
    environment: config.environment || env.BEACONHOUSE_ENVIRONMENT || env.DD_ENV || env.NODE_ENV || 'development',
    release: config.release || env.BEACONHOUSE_RELEASE || env.DD_VERSION,
    ground: config.ground,
    runtimeMetrics: config.runtimeMetrics,
    metricsInterval: atLeast(1_000, config.metricsInterval, 30_000),
    flushInterval: atLeast(0, config.flushInterval, 2_000),
    maxQueueSpans: atLeast(1, config.maxQueueSpans, 4_096),
    maxQueueBytes: atLeast(1_024, config.maxQueueBytes, 8 * 2 ** 20),
    retryDelay: atLeast(1, config.retryDelay, 1_000),
    exitTimeout: atLeast(0, config.exitTimeout, 2_000),
    debug: config.debug ?? false,
  };
}

const atLeast = (least: number, given: number | undefined, otherwise: number) =>
  given !== undefined && Number.isFinite(given) ? Math.max(least, given) : otherwise;

function readUrl(url: string | undefined): string | undefined {
  if (!url || !URL.canParse(url) || !/^https?:/.test(url)) return undefined;
  return url.endsWith('/') ? url : `${url}/`;
}
