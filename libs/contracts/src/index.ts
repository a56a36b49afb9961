export * from './beacon.ts';
export * from './config-file.ts';
export * from './metric-catalogue.ts';
export * from './metric-name.ts';
export * from './outcome.ts';
export * from './rum-row.ts';
export * from './topic.ts';
