export { trackError } from './collect/errors.ts';
export type { RUMConfig } from './config.ts';
export { destroy, initializeRUM, type MetricOptions, type RUMMonitor, setRoute, setUser, trackMetric } from './initialize-rum.ts';
export type { Attributes, Rating } from './metric.ts';
export { instrument as instrumentBridge, wrapCall as wrapCallTool } from './tools/call-tool.ts';
