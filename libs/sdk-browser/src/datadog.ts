export type { RUMConfig } from './config.ts';
export type { DatadogRUMConfig } from './datadog/datadog-config.ts';
export { type DatadogMonitor, initializeDatadogRUM, setUser, trackError, trackPerformanceMark } from './datadog/initialize-datadog-rum.ts';
export { trackMetric } from './initialize-rum.ts';
export { setRoute } from './recorder.ts';
export { instrument as instrumentBridge, wrapCall as wrapCallTool } from './tools/call-tool.ts';
