import type { Clock } from '#platform';

/** What `GET /demo/info` answers: where this process listens and how one talks to it. */
export interface DemoInfo {
  readonly version: string;
  readonly mode: 'embedded' | 'cluster';
  readonly node: string;
  readonly addresses: {
    /** Intake, API and pages, for example `http://127.0.0.1:8080`. */
    readonly http: string;
    /** The ClickHouse HTTP interface; null where this process does not serve one. */
    readonly sql: string | null;
    readonly otlp: string | null;
    readonly datadogAgent: string | null;
  };
  readonly project: {
    readonly id: string;
    /** The first characters of a browser key, or null where the project is open. Never a whole secret. */
    readonly keyHint: string | null;
  };
}

export interface DemoOptions {
  readonly clock: Clock;
  /** Asked at each request, because a port of 0 is known only once it is bound. */
  readonly info: () => DemoInfo;
  /** Folder of the pages; the repository's `apps/standalone/demo` unless given. */
  readonly pagesFolder?: string;
  /** Folder of the built browser SDK; the repository's `libs/sdk-browser/dist` unless given. */
  readonly sdkFolder?: string;
}

export const DEMO_OPTIONS = Symbol('DEMO_OPTIONS');
