import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const portsSchema = z.object({ http: z.number().int().positive(), sql: z.number().int().positive() });

/** A server that is busy loading or answering is still there. */
const patienceMs = 10_000;

export interface RunningServer {
  readonly http: string;
  readonly sql: string;
  /** Lets its bearer write through the SQL port. */
  readonly secret: string;
}

/** The server that works on the folder, if it is there and answers. */
export async function runningServer(dataDir: string): Promise<RunningServer | undefined> {
  try {
    const ports = portsSchema.parse(JSON.parse(await readFile(join(dataDir, 'ports.json'), 'utf8')));
    const secret = (await readFile(join(dataDir, 'engine.secret'), 'utf8')).trim();
    const server = { http: `http://127.0.0.1:${ports.http}`, sql: `http://127.0.0.1:${ports.sql}`, secret };
    const answer = await fetch(`${server.http}/health/live`, { signal: AbortSignal.timeout(patienceMs) });
    return answer.ok ? server : undefined;
  } catch {
    return undefined;
  }
}
