import { z } from 'zod';
import { deployKinds } from '#contracts';
import type { Deploy } from './deploy.ts';

/** A row of `deploy_events`, as it stands on the topic `deploys`. */
const deployRow = z.object({
  tenant: z.string().min(1),
  app: z.string().default(''),
  env: z.string().default(''),
  release: z.string().min(1),
  /** As the engine reads it: seconds or milliseconds since 1970 by its length, or text in UTC. */
  at: z.union([z.number(), z.string().min(1)]),
  url: z.string().default(''),
  kind: z.enum(deployKinds).default('told'),
});

/** One that stands on the stream. */
export interface StreamedDeploy {
  readonly deploy: Deploy;
  /** Somebody said that it went out; otherwise it was seen. */
  readonly said: boolean;
}

/** A number with more digits counts milliseconds. */
const mostSeconds = 1e11;

/** What cannot be read now never can be: undefined. */
export function toldDeploy(line: string): StreamedDeploy | undefined {
  const row = deployRow.safeParse(parsed(line));
  if (!row.success) return undefined;
  const { tenant: project, app, env: environment, release, url, kind } = row.data;
  const at = instantOf(row.data.at);
  if (!Number.isFinite(at)) return undefined;
  return { deploy: { project, app, environment, release, at, ...(url !== '' && { url }) }, said: kind === 'told' };
}

function instantOf(given: number | string): number {
  const number = Number(given);
  if (Number.isFinite(number)) return number < mostSeconds ? number * 1_000 : number;
  const text = String(given).replace(' ', 'T');
  return Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
