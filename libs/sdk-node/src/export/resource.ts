import { randomUUID } from 'node:crypto';
import type { Settings } from '../config.ts';
import type { Attributes } from '../grounds/ground.ts';
import { sdkVersion } from '../sdk-version.ts';

/** Whose spans and metrics these are, as OpenTelemetry names it. */
export function resourceOf({ service, environment, release }: Settings): Attributes {
  return {
    'service.name': service,
    'service.version': release,
    'service.instance.id': randomUUID(),
    'deployment.environment.name': environment,
    'process.pid': process.pid,
    'process.runtime.name': 'nodejs',
    'process.runtime.version': process.versions.node,
    'telemetry.sdk.name': 'beaconhouse',
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.version': sdkVersion,
  };
}
