import { cpus } from 'node:os';

/** Where a runner stands, and what kind of machine it is. */
export interface RunnerPlace {
  readonly location: string;
  readonly runnerClass: string;
}

/** Of this machine. Those with the same processors measure alike, whatever they are called. */
export const runnerPlace = (location: string): RunnerPlace => ({
  location,
  runnerClass: `${cpus()[0]?.model.trim() ?? 'unknown'} x ${cpus().length}`,
});
