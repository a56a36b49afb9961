import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Engine, EngineError, type EngineQuery, EscapedParameter } from '../engine/engine.ts';
import { type AddressParts, readAddress } from './address.ts';
import { Answer, type AnswerFacts } from './answer.ts';
import { type Admission, type Role, recogniseCaller } from './caller.ts';
import { displayName, isHello, protocolRevision } from './catalogue-questions.ts';
import { tellable } from './exception.ts';
import { type InsertStatement, readInsert } from './insert-statement.ts';
import { insertRows } from './inserting.ts';
import { isMultipart, readForm } from './multipart.ts';
import { helloBlock } from './native-blocks.ts';
import { defaultFormat, formatClause, openFormat } from './output-formats.ts';
import { type Run, runQuestion } from './question-runner.ts';
import { type ReaderLimits, readerSettings } from './reader-settings.ts';
import type { ReaderSlots } from './reader-slots.ts';
import { bodyPieces, readBody } from './request-body.ts';
import type { SqlGuard } from './sql-guard.ts';
import { tokenize } from './sql-tokens.ts';

export interface HandlerOptions {
  readonly engine: Engine;
  readonly guard: SqlGuard;
  readonly admission: Admission;
  readonly facts: AnswerFacts;
  readonly limits: ReaderLimits;
  readonly slots: ReaderSlots;
  /** Of a writer's body. */
  readonly insertBytes: number;
  readonly report: (error: unknown, id: string) => void;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly answer: Answer;
  readonly role: Role;
  readonly address: AddressParts;
  readonly signal: AbortSignal;
}

/** Text of a question and parameters together, for readers. */
const readerBodyBytes = 2 ** 20;
/** Where the head of an insert has to end. */
const insertHeadBytes = 64 * 1024;

/** Answers one SQL request, whoever sent it; never throws. */
export async function handleSql(options: HandlerOptions, request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
  const answer = new Answer(request, response, options.facts);
  const gone = new AbortController();
  response.once('close', () => gone.abort(new Error('the reader has gone')));
  let role: Role = 'reader';
  try {
    role = recogniseCaller(request.headers, url.searchParams, options.admission);
    const address = readAddress(url.searchParams);
    answer.identify(address.queryId ?? randomUUID());
    if (address.httpCompression) answer.allowCompression();
    assertSupported(address);
    const exchange = { request, answer, role, address, signal: gone.signal };
    await (role === 'writer' ? answerWriter(options, exchange) : answerReader(options, exchange));
  } catch (error) {
    if (!gone.signal.aborted) answer.fail(tellable(error, role, options.report));
  }
}

function assertSupported({ database, nativeCompression }: AddressParts): void {
  if (nativeCompression) {
    const message =
      'compress and decompress (LZ4 blocks) are not supported: use Accept-Encoding and Content-Encoding with gzip, deflate, br or zstd';
    throw new EngineError(message, 48, 'NOT_IMPLEMENTED');
  }
  if (database !== undefined && database !== 'default') {
    throw new EngineError(`Database ${database} does not exist: there is one, default`, 81, 'UNKNOWN_DATABASE');
  }
}

async function answerReader(options: HandlerOptions, { request, answer, address, signal }: Exchange): Promise<void> {
  const settings = readerSettings(options.limits, address.settings);
  const { sql, params } = await readQuestion(request, address);
  if (answerHello(options, sql, address, answer)) return;
  const asked = { sql, params, signal };
  await options.slots.run(async () => {
    const checked = await options.guard.check(asked);
    const format = openFormat(checked.format ?? formatOf(request, address));
    await runQuestion(options.engine, { ...asked, ...runFacts(address, answer), sql: checked.sql, format, settings }, answer);
  }, signal);
}

async function answerWriter(options: HandlerOptions, exchange: Exchange): Promise<void> {
  const { request, answer, address } = exchange;
  if (isMultipart(request)) return runStatement(options, exchange, await readQuestion(request, address));
  const pieces = bodyPieces(request, options.insertBytes);
  const head = await readHead(address.query, pieces);
  const insert = readInsert(address.query || head.toString('latin1'));
  if (!insert) {
    const text = await readText(address.query, head, pieces);
    return runStatement(options, exchange, { sql: text, params: address.bound });
  }
  const writtenRows = await runInsert(options, exchange, insert, behind(address.query ? head : head.subarray(insert.dataStart), pieces));
  answer.begin(formatOf(request, address), { writtenRows });
  answer.end();
}

async function runStatement(
  options: HandlerOptions,
  exchange: Exchange,
  { sql, params }: Pick<EngineQuery, 'sql' | 'params'>,
): Promise<void> {
  const { request, answer, address, signal } = exchange;
  if (answerHello(options, sql, address, answer)) return;
  const tail = sql.slice(-insertHeadBytes);
  const clause = formatClause(tokenize(tail));
  const text = clause ? sql.slice(0, sql.length - tail.length) + tail.slice(0, clause.start) + tail.slice(clause.end) : sql;
  const settings = { ...address.settings, ...(request.method === 'GET' && { readonly: 2 }) };
  const format = clause?.format ?? formatOf(request, address);
  await runQuestion(options.engine, { ...runFacts(address, answer), sql: text, params: params ?? {}, settings, format, signal }, answer);
}

async function runInsert(
  { engine }: HandlerOptions,
  { request, address }: Exchange,
  statement: InsertStatement,
  pieces: AsyncIterable<Uint8Array>,
): Promise<number> {
  if (request.method === 'GET') throw new EngineError('Cannot execute query in readonly mode: GET only reads', 164, 'READONLY');
  return insertRows({ engine, statement, pieces, settings: { ...statement.settings, ...address.settings } });
}

/** The question from address, body or form; where both have a part, the body goes on behind a line break. */
async function readQuestion(
  request: IncomingMessage,
  address: AddressParts,
): Promise<{ sql: string; params: Record<string, EscapedParameter> }> {
  const body = await readBody(request, readerBodyBytes);
  if (!isMultipart(request)) return { sql: joined(address.query, body.toString()), params: { ...address.bound } };
  const fields = await readForm(request, body);
  const bound = fields
    .filter(([name]) => name.startsWith('param_'))
    .map(([name, value]) => [name.slice(6), new EscapedParameter(value)] as const);
  const query = fields.find(([name]) => name === 'query')?.[1] ?? '';
  return { sql: joined(address.query, query), params: { ...address.bound, ...Object.fromEntries(bound) } };
}

/** As many pieces as the head of an insert may need; none where the address has it. */
async function readHead(query: string, pieces: AsyncIterator<Buffer>): Promise<Buffer> {
  let head: Buffer = Buffer.alloc(0);
  while (query === '' && head.length < insertHeadBytes) {
    const { done, value } = await pieces.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  return head;
}

async function readText(query: string, head: Buffer, pieces: AsyncIterable<Buffer>): Promise<string> {
  const parts = [head];
  for await (const piece of pieces) parts.push(piece);
  return joined(query, Buffer.concat(parts).toString());
}

async function* behind(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  yield* rest;
}

function joined(query: string, body: string): string {
  return query === '' || body === '' ? query + body : `${query}\n${body}`;
}

/** clickhouse-go asks this before anything else, in a revision of its own. */
function answerHello({ facts }: HandlerOptions, sql: string, address: AddressParts, answer: Answer): boolean {
  if (address.defaultFormat !== 'Native' || sql.length > 200 || !isHello(tokenize(sql))) return false;
  answer.begin('Native', {});
  void answer.write(helloBlock({ ...facts, displayName, revision: protocolRevision }, address.protocolVersion)).then(() => answer.end());
  return true;
}

function runFacts(
  { protocolVersion, waitEndOfQuery, sendProgress }: AddressParts,
  answer: Answer,
): Pick<Run, 'protocolVersion' | 'whole' | 'onProgress'> {
  const facts = { protocolVersion, whole: waitEndOfQuery };
  return sendProgress ? { ...facts, onProgress: (progress) => answer.progress(progress) } : facts;
}

function formatOf(request: IncomingMessage, { defaultFormat: asked }: AddressParts): string {
  const header = request.headers['x-clickhouse-format'];
  return asked ?? (typeof header === 'string' && header !== '' ? header : defaultFormat);
}
