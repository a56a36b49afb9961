/** One visit of a page by a fresh browser, or one user flow. */
export interface RunPlan {
  readonly url: string;
  /** Path of a CommonJS script `module.exports = async (browser, context) => {}` whose context can take timespans, snapshots and navigations. */
  readonly flow?: string;
  /** Path of a CommonJS script that is run once in the browser before: to sign in. Same signature. */
  readonly setup?: string;
  /** Handed to the scripts as `context.options`. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly settings: LighthouseSettings;
  readonly browser: BrowserOptions;
  /** Hosts that may be visited though they are on this machine or in a private network: names, `*.` for names below, with an optional port. */
  readonly allowedHosts: readonly string[];
  /** What must appear in no report and no message, beside the values of headers and cookies. */
  readonly secrets?: readonly string[];
  /** The run is ended after this, milliseconds. */
  readonly limitMs: number;
}

/** Settings of Lighthouse, under its names: https://github.com/GoogleChrome/lighthouse/blob/main/types/lhr/settings.d.ts */
export interface LighthouseSettings {
  readonly formFactor: 'mobile' | 'desktop';
  readonly throttlingMethod?: 'simulate' | 'devtools' | 'provided';
  /** `cpuSlowdownMultiplier: 'auto'` fits it to this machine. */
  readonly throttling?: {
    readonly rttMs?: number;
    readonly throughputKbps?: number;
    readonly cpuSlowdownMultiplier?: number | 'auto';
    readonly requestLatencyMs?: number;
    readonly downloadThroughputKbps?: number;
    readonly uploadThroughputKbps?: number;
  };
  readonly screenEmulation?: {
    readonly mobile?: boolean;
    readonly width?: number;
    readonly height?: number;
    readonly deviceScaleFactor?: number;
    readonly disabled?: boolean;
  };
  readonly onlyCategories?: readonly string[];
  readonly onlyAudits?: readonly string[];
  readonly skipAudits?: readonly string[];
  /** Sent to the origin of the plan's address and to no other. */
  readonly extraHeaders?: Readonly<Record<string, string>>;
  /** Of the host of the plan's address. */
  readonly cookies?: readonly { readonly name: string; readonly value: string; readonly path?: string }[];
  readonly disableStorageReset?: boolean;
  readonly blockedUrlPatterns?: readonly string[];
  readonly locale?: string;
}

export interface BrowserOptions {
  /** Of Chromium. */
  readonly path: string;
  readonly args: readonly string[];
  /** False only where the operator says so: root in a container cannot have one. */
  readonly sandbox: boolean;
}
