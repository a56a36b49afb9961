import type { GroundName } from '../config.ts';
import { findDatadog } from './datadog-ground.ts';
import type { Ground } from './ground.ts';
import { findOpenTelemetry } from './opentelemetry-ground.ts';

const finders: Readonly<Record<Exclude<GroundName, 'alone'>, () => Ground | undefined>> = {
  datadog: findDatadog,
  opentelemetry: findOpenTelemetry,
};

let wanted: GroundName | undefined;
let alone: Ground | undefined;

/** `own` is this package's own tracer, nothing where there is nowhere to send to. Answers what takes it away again, unless another has come. */
export function chooseGround(name: GroundName | undefined, own: Ground | undefined): () => void {
  wanted = name;
  alone = own;
  return () => {
    if (alone === own) alone = undefined;
  };
}

/** Looked for at each call, which costs two reads: tracers may be started after the first tool was instrumented. */
export function theGround(): Ground | undefined {
  if (wanted === 'alone') return alone;
  if (wanted) return finders[wanted]();
  return findDatadog() ?? findOpenTelemetry() ?? alone;
}
