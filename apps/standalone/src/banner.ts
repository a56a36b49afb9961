import { networkInterfaces } from 'node:os';

export interface BannerFacts {
  readonly version: string;
  readonly engine: string;
  readonly http: string;
  readonly sql: string;
  /** Empty where there is none. */
  readonly otlp: string;
  readonly datadogAgent: string;
  readonly dataDir: string;
  readonly startMs: number;
  readonly warnings: readonly string[];
}

/** What a person who just started the product needs next: where to look, what to paste. */
export function banner(facts: BannerFacts): string {
  const { http, sql } = facts;
  const lines = [
    '',
    `  Beaconhouse ${facts.version}  ready in ${(facts.startMs / 1000).toFixed(1)} s  (ClickHouse ${facts.engine}, data in ${facts.dataDir})`,
    '',
    `  Look      ${http}/demo`,
    `  Send      curl -i ${http}/api/rum-metrics -d '{"metrics":[{"name":"LCP","value":1234}]}'`,
    `  Traces    OTEL_EXPORTER_OTLP_ENDPOINT=${facts.otlp || http}   DD_TRACE_AGENT_URL=${facts.datadogAgent || http}`,
    `  Ask       curl ${sql} -d 'SELECT metric, count(), quantile(0.75)(value) FROM rum GROUP BY metric'`,
    `  API       ${http}/api/metrics   ${http}/api/ledger   ${http}/api/openapi.json`,
    `  Health    ${http}/health/ready   ${http}/metrics`,
    ...facts.warnings.map((warning) => `  Warning   ${warning}`),
    '',
    '  Ctrl+C stops it: what was acknowledged is stored.',
    '',
  ];
  return `${lines.join('\n')}\n`;
}

/** A browser cannot open 0.0.0.0 everywhere. */
export function shownHost(host: string): string {
  if (host !== '0.0.0.0' && host !== '::') return host.includes(':') ? `[${host}]` : host;
  const outside = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return outside.find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? '127.0.0.1';
}
