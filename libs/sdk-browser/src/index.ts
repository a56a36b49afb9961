export { trackError } from './collect/errors.ts';
export type { RUMConfig } from './config.ts';
export { destroy, initializeRUM, type MetricOptions, type RUMMonitor, setUser, trackMetric } from './initialize-rum.ts';
export type { Attributes, Rating } from './metric.ts';
export { setRoute } from './recorder.ts';
export { instrument as instrumentBridge, wrapCall as wrapCallTool } from './tools/call-tool.ts';
