export { DatadogSeriesModule } from './forward/datadog-series.module.ts';
export { ReportModule } from './report.module.ts';
export { defaultProjectOf, ReportOptions } from './report-options.ts';
