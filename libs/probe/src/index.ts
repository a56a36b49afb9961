export { representativeRun } from './lhr/representative-run.ts';
