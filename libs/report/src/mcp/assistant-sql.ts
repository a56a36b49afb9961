import { documentedViews } from '../documentation/documented-views.ts';
import type { AssistantTool } from './assistant-tools.ts';

/** A ClickHouse HTTP interface on which a person may ask: the guard or the rights of its user are the wall, as for everybody's SQL. */
export interface SqlDoor {
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
}

/** A question in SQL has its tool too, where there is a door for it. */
export const sqlTool: Omit<AssistantTool, 'route'> = {
  name: 'query_sql',
  title: 'Ask in SQL',
  description: `One reading ClickHouse question over the views ${documentedViews.map(({ view }) => view).join(', ')}. Use describe_view first. Aggregate, and end with LIMIT. Weighted counts are sum(weight).`,
  inputSchema: {
    type: 'object',
    properties: { sql: { type: 'string', maxLength: 20_000, description: 'One SELECT' } },
    required: ['sql'],
    additionalProperties: false,
  },
  changes: false,
};

export const viewTool: Omit<AssistantTool, 'route'> = {
  name: 'describe_view',
  title: 'Columns of a view',
  description: 'The columns of one of the SQL views, with types and what they mean.',
  inputSchema: {
    type: 'object',
    properties: { view: { type: 'string', enum: documentedViews.map(({ view }) => view), description: 'View' } },
    required: ['view'],
    additionalProperties: false,
  },
  changes: false,
};

/** The text of the answer, or why there is none; throws where nobody answers. */
export async function askSql(door: SqlDoor, sql: string, signal: AbortSignal): Promise<{ readonly ok: boolean; readonly text: string }> {
  const url = new URL(door.url);
  url.searchParams.set('default_format', 'JSONCompact');
  const response = await fetch(url, {
    ...{ method: 'POST', body: sql, signal, redirect: 'error' },
    headers: {
      ...(door.username !== undefined && { 'x-clickhouse-user': door.username }),
      ...(door.password !== undefined && { 'x-clickhouse-key': door.password }),
    },
  });
  return { ok: response.ok, text: await response.text() };
}
