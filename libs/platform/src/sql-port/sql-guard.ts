import { type Engine, EngineError, type EngineQuery, type EngineSettings } from '../engine/engine.ts';
import { checkTree } from './ast-rules.ts';
import { type Catalogue, catalogueQuestion } from './catalogue-questions.ts';
import { askFacts, type EngineFacts } from './engine-facts.ts';
import { type AstNode, readAst, walk } from './explain-ast.ts';
import { formatClause } from './output-formats.ts';
import { harmlessSystemTables, replaceTables, restrictedTables } from './restricted-tables.ts';
import { isKeyword, isSymbol, tokenize } from './sql-tokens.ts';
import { checkText, refused } from './text-rules.ts';

/** The documented views, whether they exist yet or not. */
const documentedTables: readonly string[] = [
  'rum',
  'spans',
  'logs',
  'points',
  'deploys',
  'ledger',
  'synthetic',
  'findings',
  'budget_checks',
  'alerts',
  'alert_notices',
  'forwarded',
];

export interface SqlGuardOptions {
  readonly engine: Engine;
  /** Tables of the default database that questions may read; the documented views when absent. */
  readonly tables?: readonly string[];
  /** A question with more rows is an error. 10,000 when absent. */
  readonly resultRows?: number;
}

export interface Question {
  readonly sql: string;
  readonly params: NonNullable<EngineQuery['params']>;
  readonly signal?: AbortSignal;
}

export interface CheckedQuestion {
  /** The SQL to run, made of the engine's own formatting of the question; without FORMAT. */
  readonly sql: string;
  /** From the FORMAT clause, not yet looked up. */
  readonly format: string | undefined;
}

/** ClickHouse's own default for max_query_size. */
const questionBytes = 256 * 1024;
/** Bounds of the guard's own questions: a text of 256 KiB can be a tree of many megabytes. */
const checkSettings: EngineSettings = {
  max_execution_time: 5,
  max_result_bytes: 8 * 2 ** 20,
  max_memory_usage: 64 * 2 ** 20,
  max_parser_depth: 300,
  readonly: 1,
};

/**
 * Decides whether a person's SQL may run, on what the engine itself says about it: its formatter takes one statement only,
 * its syntax tree is checked node by node against lists of what is open, and the checked text goes into
 * `SELECT * FROM (...) LIMIT n`. The engine in this process has no users, roles or row policies: this is the only wall.
 * A scope (one project's rows) can be added by giving `rum` and the others a form in `restrictedTables`.
 */
export class SqlGuard {
  readonly #engine: Engine;
  readonly #tables: ReadonlySet<string>;
  readonly #forms: ReadonlyMap<string, string>;
  readonly #limit: number;
  #facts: Promise<EngineFacts> | undefined;

  constructor({ engine, tables = documentedTables, resultRows = 10_000 }: SqlGuardOptions) {
    this.#engine = engine;
    this.#tables = new Set(tables);
    this.#forms = restrictedTables(tables);
    this.#limit = resultRows + 1;
  }

  /** Throws `EngineError` with ClickHouse's code for what may not run, or cannot be read. */
  async check(question: Question): Promise<CheckedQuestion> {
    const canonical = await this.#format(question);
    const tokens = tokenize(canonical);
    const clause = formatClause(tokens);
    const text = clause ? canonical.slice(0, clause.start) + canonical.slice(clause.end) : canonical;
    return { sql: await this.#checkStatement(text, question), format: clause?.format };
  }

  /** The text as the engine reads and writes it: one statement, no comments, nothing bound yet. */
  async #format({ sql, signal }: Question): Promise<string> {
    const bytes = Buffer.from(sql);
    if (bytes.length > questionBytes) throw new EngineError(`Max query size exceeded: ${questionBytes} bytes`, 62, 'SYNTAX_ERROR');
    const asked = `SELECT formatQuerySingleLine(unhex('${bytes.toString('hex')}'))`;
    try {
      const answer = await this.#ask({ sql: asked, format: 'RawBLOB', ...(signal && { signal }) });
      return new TextDecoder('utf-8', { fatal: true }).decode(answer);
    } catch (error) {
      if (error instanceof EngineError) throw new EngineError(withoutScope(error.message), error.code, error.codeName, { cause: error });
      if (error instanceof TypeError) throw new EngineError('The question is not UTF-8: write bytes with unhex()', 36, 'BAD_ARGUMENTS');
      throw error;
    }
  }

  async #checkStatement(text: string, question: Question): Promise<string> {
    const tokens = tokenize(text);
    const { functions, timezone } = await this.#loadFacts();
    const facts: Catalogue = { version: this.#engine.version, timezone, tables: this.#tables, forms: this.#forms };
    const catalogue = catalogueQuestion(tokens, facts);
    if (catalogue !== undefined) return catalogue;
    const [first] = tokens;
    const reads = isKeyword(first, 'SELECT') || isKeyword(first, 'WITH') || isSymbol(first, '(');
    if (!reads) throw refused('only reading questions are open here: SELECT, SHOW TABLES, SHOW DATABASES, DESCRIBE TABLE and EXISTS TABLE');
    checkText(tokens, functions);
    const tables = checkTree(await this.#tree(text, question), functions);
    await this.#checkTables(tables, question);
    return `SELECT * FROM (${await this.#restrict(text, tables, question)}) LIMIT ${this.#limit}`;
  }

  async #tree(text: string, { params, signal }: Question): Promise<AstNode> {
    const tree = await this.#ask({ sql: `EXPLAIN AST ${text}`, params, format: 'TSVRaw', ...(signal && { signal }) });
    return readAst(new TextDecoder().decode(tree));
  }

  /** A name that is no table of this database can only be a subquery of the question's own WITH, or nothing. */
  async #checkTables(names: readonly string[], { signal }: Question): Promise<void> {
    const unknown = names.filter((name) => !this.#isOpen(name));
    const qualified = unknown.find((name) => name.includes('.'));
    if (qualified !== undefined) throw tableRefused(qualified);
    if (unknown.length === 0) return;
    const asked = "SELECT name FROM system.tables WHERE database = 'default' AND lowerUTF8(name) IN {names:Array(String)} LIMIT 1";
    const params = { names: [...new Set(unknown.map((name) => name.toLowerCase()))] };
    const found = new TextDecoder().decode(await this.#ask({ sql: asked, params, format: 'TSVRaw', ...(signal && { signal }) })).trim();
    if (found) throw tableRefused(found);
  }

  #isOpen(name: string): boolean {
    const own = name.startsWith('default.') ? name.slice('default.'.length) : name;
    return this.#tables.has(own) || harmlessSystemTables.has(name) || this.#forms.has(name);
  }

  /** Puts the restricted forms in, and makes sure that no such table is left as it is. */
  async #restrict(text: string, tables: readonly string[], question: Question): Promise<string> {
    const restricted = tables.filter((name) => this.#forms.has(name));
    if (restricted.length === 0) return text;
    const { sql, replaced } = replaceTables(text, tokenize(text), this.#forms);
    const left = [...walk(await this.#tree(sql, question))].filter(
      ({ node }) => node.type === 'TableIdentifier' && this.#forms.has(node.value),
    );
    const inForms = restricted.filter((name) => this.#forms.get(name)!.includes(`FROM ${name}`)).length;
    if (replaced !== restricted.length || left.length !== inForms)
      throw refused('system tables can be read in plain sight only: FROM system.columns');
    return sql;
  }

  /** Asked when first needed; asked again after a failure. */
  #loadFacts(): Promise<EngineFacts> {
    this.#facts ??= askFacts(this.#engine).catch((error: unknown) => {
      this.#facts = undefined;
      throw error;
    });
    return this.#facts;
  }

  async #ask(query: EngineQuery): Promise<Uint8Array> {
    return (await this.#engine.query({ ...query, settings: checkSettings })).bytes;
  }
}

function tableRefused(name: string): EngineError {
  return refused(`the table ${name} is not open to questions; SHOW TABLES lists those that are`);
}

/** The formatter's complaint ends in the guard's own question, in hex. */
function withoutScope(message: string): string {
  return message
    .replace(/:? In scope SELECT formatQuerySingleLine\(unhex\('[\s\S]*$/, '')
    .replace(/: while executing 'FUNCTION formatQuerySingleLine[\s\S]*$/, '');
}
