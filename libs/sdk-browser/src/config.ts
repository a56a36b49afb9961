export interface RUMConfig {
  /** Where beacons go; a path or an address. Default `/api/rum-metrics`. */
  endpoint?: string;
  /** Public key of the project; travels in the query string, because a header would cost a preflight. */
  key?: string;
  appId?: string;
  environment?: 'production' | 'staging' | 'development' | (string & {});
  /** Version of the application, to compare releases. */
  release?: string;
  /** Name of the page, view or widget. Default: the page's path, or the tool that opened the widget. */
  route?: string;
  /** Joins several widgets of one conversation, if the app has an id for it. Default: made here. */
  sessionId?: string;
  userId?: string;
  /** Share of sessions that report, 0 to 1. Decided once per session. Default 1. */
  sampleRate?: number;
  /** Logs each capture and flush. */
  enableDebug?: boolean;
  /** Second address to try, usually a path on the app's own server that forwards to the intake. */
  fallbackEndpoint?: string;
  /** Name of an app-only MCP tool that takes a beacon as its arguments; the last way out where the CSP allows no other. */
  relayTool?: string;
  /**
   * What Sec-GPC and Do Not Track do: `anonymous` (default) sends no session and user ids, `silent` sends nothing,
   * `false` ignores them.
   */
  honourPrivacy?: 'anonymous' | 'silent' | false;
  /** Element, script and phase details of vitals. Default true. */
  attribution?: boolean;
  /** Uncaught errors and unhandled rejections. Default true. */
  errors?: boolean;
  /** Tasks above 50 ms. Default true. */
  longTasks?: boolean;
  /** Reports vitals per soft navigation where the browser has them. Default false, to stay comparable between browsers. */
  softNavigations?: boolean;
  /**
   * Where a W3C traceparent is put: `meta` (default) in `params._meta` of MCP Apps messages and in a `_meta` that the
   * arguments of `callTool` already have; `arguments` also adds `_meta` to those arguments; `false` nowhere.
   */
  traceContext?: 'meta' | 'arguments' | false;
  /** Metrics that make a batch leave, up to 100. Default 10. */
  flushCount?: number;
  /** Longest time a metric waits, in ms. Default 30,000. */
  flushInterval?: number;
  /** First pause after a failure, in ms; doubles up to a minute. Default 1,000. */
  retryDelay?: number;
}

/** One monitor runs at a time, so every module of the SDK holds its own part of it. This is the part they share. */
export let config: RUMConfig = {};
export let running = false;

/** The last configuration stays for what is in flight when no monitor runs any more. */
export function configure(next: RUMConfig, runs: boolean): void {
  config = next;
  running = runs;
}
