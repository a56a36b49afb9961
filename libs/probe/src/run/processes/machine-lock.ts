import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const machineWide = 'beaconhouse-probe';

/**
 * Where the lock listens: on Linux a name that the kernel takes back when its holder dies, however it dies, so that there is nothing to clean up and no dead
 * holder to recognise. Held by one of all processes of the machine, whoever runs them; a container has a network and a lock of its own.
 */
function lockPath(name: string): string {
  const { platform } = process;
  if (platform === 'linux') return `\0${name}`;
  return platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);
}

/**
 * Does the work while nobody else on this machine does such work: two Lighthouse runs at once would measure each other. Waits as long as it takes; throws the
 * signal's reason when it is aborted before the work began.
 */
export async function withMachineLock<Result>(work: () => Promise<Result>, signal?: AbortSignal, name = machineWide): Promise<Result> {
  const held = await take(lockPath(name), signal);
  try {
    return await work();
  } finally {
    await held.release();
  }
}

interface HeldLock {
  release(): Promise<void>;
}

async function take(path: string, signal: AbortSignal | undefined): Promise<HeldLock> {
  for (;;) {
    signal?.throwIfAborted();
    const server = await tryToListen(path);
    if (signal?.aborted) server?.close();
    else if (server) return heldBy(server);
    else await holderGone(path, signal);
  }
}

async function tryToListen(path: string): Promise<Server | undefined> {
  const server = createServer();
  try {
    const listening = once(server, 'listening');
    server.listen(path);
    await listening;
    return server;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined;
    throw error;
  }
}

/** Whoever waits holds a connection, and sees it end. */
function heldBy(server: Server): HeldLock {
  const waiting = new Set<Socket>();
  server.on('connection', (socket) => {
    waiting.add(socket);
    socket.on('error', () => undefined).on('close', () => waiting.delete(socket));
  });
  server.unref();
  const release = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of waiting) socket.destroy();
    await closed;
  };
  return { release };
}

async function holderGone(path: string, signal: AbortSignal | undefined): Promise<void> {
  const socket = connect(path);
  const end = () => socket.destroy();
  signal?.addEventListener('abort', end);
  socket.resume();
  socket.on('error', (error: NodeJS.ErrnoException) => {
    // A file whose holder died: only where the kernel does not take the name back.
    if (error.code === 'ECONNREFUSED' && process.platform !== 'linux') rmSync(path, { force: true });
  });
  await new Promise<void>((resolve) => socket.once('close', () => resolve()));
  signal?.removeEventListener('abort', end);
}
