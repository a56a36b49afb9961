import type { Engine, EngineQuery } from '../engine/engine.ts';
import type { Answer } from './answer.ts';
import { withBlockHeader } from './native-blocks.ts';

export interface Run extends EngineQuery {
  readonly signal: AbortSignal;
  /** 0 where the client reads no block headers. */
  readonly protocolVersion: number;
  /** Nothing is sent before the whole answer is there, so that a late error has its status. */
  readonly whole: boolean;
}

/** Runs a statement and writes its answer at the pace of the reader. */
export async function runQuestion(engine: Engine, run: Run, answer: Answer): Promise<void> {
  const framed = run.format === 'Native' && run.protocolVersion > 0;
  if (!run.whole) return stream(engine, run, answer, framed ? run.protocolVersion : 0);
  if (!framed) {
    const { bytes, stats } = await engine.query(run);
    answer.begin(run.format, { resultRows: stats.rowsRead, resultBytes: stats.bytesRead, elapsedMs: stats.elapsedMs });
    await answer.write(bytes);
    return answer.end();
  }
  const blocks: Uint8Array[] = [];
  for await (const block of engine.stream(run)) blocks.push(withBlockHeader(block, run.protocolVersion));
  answer.begin(run.format, {});
  for (const block of blocks) await answer.write(block);
  answer.end();
}

async function stream(engine: Engine, run: Run, answer: Answer, protocolVersion: number): Promise<void> {
  for await (const piece of engine.stream(run)) {
    if (!answer.begun) answer.begin(run.format, {});
    await answer.write(withBlockHeader(piece, protocolVersion));
  }
  if (!answer.begun) answer.begin(run.format, {});
  answer.end();
}
