export * from './alert-state/alert-state.ts';
export * from './clock/clock.ts';
export * from './engine/engine.ts';
export * from './jobs/job-queue.ts';
export * from './stream/event-stream.ts';
export * from './warehouse/warehouse.ts';
