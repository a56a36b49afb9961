// What packages for other people's programs take with them: pure code, which needs nothing of the house.

export { hourMs } from './hours.ts';
export { judgeShift, judgeSimply, type MetricVerdict, type MonitorMethod } from './regressions/monitor.ts';
export { SeriesData } from './regressions/series-data.ts';
