export type { RUMConfig } from './config.ts';
export {
  destroy,
  initializeRUM,
  type MetricOptions,
  type RUMMonitor,
  setRoute,
  setUser,
  trackError,
  trackMetric,
} from './initialize-rum.ts';
export type { Attributes, Rating } from './metric.ts';
