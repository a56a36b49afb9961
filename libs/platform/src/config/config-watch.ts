import { stat } from 'node:fs/promises';
import type { ConfigFile } from '#contracts';
import type { Clock } from '../clock/clock.ts';
import { readConfigFile } from './config-file.ts';

/** A revoked key must be refused within a minute; looking at a file's times costs nothing. */
const everyMs = 15_000;

export interface ConfigWatchOptions {
  readonly path: string;
  readonly clock: Clock;
  readonly onChange: (config: ConfigFile) => void;
  /** The file changed and cannot be used: what was in force stays in force. */
  readonly onRefused: (error: unknown) => void;
  readonly everyMs?: number;
}

/** Reads the configuration again when its file has changed. The returned function ends it. */
export function watchConfigFile(options: ConfigWatchOptions): () => Promise<void> {
  const stop = new AbortController();
  const watching = watch(options, stop.signal);
  return async () => {
    stop.abort();
    await watching;
  };
}

async function watch(options: ConfigWatchOptions, signal: AbortSignal): Promise<void> {
  let known = await changedAt(options.path);
  while (!signal.aborted) {
    await options.clock.sleep(options.everyMs ?? everyMs, signal);
    const now = await changedAt(options.path);
    if (now === known || signal.aborted) continue;
    known = now;
    await readConfigFile(options.path).then(options.onChange, options.onRefused);
  }
}

/** 0 where there is no file: the defaults are in force then. */
async function changedAt(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
