// Runs in a thread of its own: the engine analyses a streamed query on the thread that starts it, and analysis evaluates
// scalar subqueries and reads indexes, which may take seconds.
import { parentPort, workerData } from 'node:worker_threads';
import { drainPending, Session } from 'chdb';
import type { StreamReply, StreamRequest, StreamWorkerData } from './stream-protocol.ts';

interface OpenStream {
  readonly session: Session;
  readonly pieces: AsyncIterator<{ raw(): Uint8Array }>;
}

const { path, connectionArgs } = workerData as StreamWorkerData;
const badArguments = 36;
let open: OpenStream | undefined;

parentPort!.on('message', (request: StreamRequest) => void serve(request));

async function serve(request: StreamRequest): Promise<void> {
  if (request.kind === 'end') {
    await drainPending();
    parentPort!.close();
    return;
  }
  const reply = await answer(request);
  parentPort!.postMessage(reply, reply.kind === 'piece' ? [reply.bytes.buffer as ArrayBuffer] : []);
}

async function answer(request: Exclude<StreamRequest, { kind: 'end' }>): Promise<StreamReply> {
  if (request.kind === 'cancel') return finish({ kind: 'done' });
  if (request.kind === 'start') {
    const refusal = start(request);
    if (refusal) return refusal;
  }
  try {
    const piece = await open!.pieces.next();
    return piece.done ? await finish({ kind: 'done' }) : { kind: 'piece', bytes: new Uint8Array(piece.value.raw()) };
  } catch (error) {
    return finish({ kind: 'failed', message: messageOf(error) });
  }
}

function start({ setup, sql, format }: Extract<StreamRequest, { kind: 'start' }>): StreamReply | undefined {
  let session: Session | undefined;
  try {
    session = new Session(path, { connectionArgs });
    session.query(setup);
    open = { session, pieces: session.queryStream(sql, { format })[Symbol.asyncIterator]() };
    return undefined;
  } catch (error) {
    session?.close();
    const { clickhouseCode } = error as { clickhouseCode?: number };
    return { kind: clickhouseCode === badArguments ? 'not-streamable' : 'failed', message: messageOf(error) };
  }
}

async function finish(reply: StreamReply): Promise<StreamReply> {
  const closing = open;
  open = undefined;
  try {
    await closing?.pieces.return?.();
  } finally {
    closing?.session.close();
  }
  return reply;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
