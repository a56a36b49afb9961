import type { Engine } from '../engine/engine.ts';
import { type EngineFunction, FunctionRules } from './function-rules.ts';

/** What the engine says about itself; the same as long as it lives. */
export interface EngineFacts {
  readonly functions: FunctionRules;
  readonly timezone: string;
}

const functions = `SELECT name, if(is_aggregate, 'aggregate', 'function') AS kind, case_insensitive = 1 AS caseInsensitive FROM system.functions
  UNION ALL SELECT name, 'table', false FROM system.table_functions`;

export async function askFacts(engine: Engine): Promise<EngineFacts> {
  const timezone = await ask(engine, 'SELECT timezone()', 'TSVRaw');
  const lines = (await ask(engine, functions, 'JSONEachRow')).split('\n');
  return { timezone, functions: new FunctionRules(lines.map((line) => JSON.parse(line) as EngineFunction)) };
}

async function ask(engine: Engine, sql: string, format: string): Promise<string> {
  const { bytes } = await engine.query({ sql, format });
  return new TextDecoder().decode(bytes).trim();
}
