export { DatadogSeriesModule } from './forward/datadog-series.module.ts';
export { AssistantModule } from './mcp/assistant.module.ts';
export type { SqlDoor } from './mcp/assistant-sql.ts';
export { ReportModule } from './report.module.ts';
export { defaultProjectOf, ReportOptions } from './report-options.ts';
