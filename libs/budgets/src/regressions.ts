export { type FetchData, type MonitorOptions, monitorMetric, type RegressionResult, type Sample } from './monitor-metric.ts';
