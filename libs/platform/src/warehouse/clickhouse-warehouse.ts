import type { ClickHouseSettings } from '@clickhouse/client';
import type { Clock } from '../clock/clock.ts';
import { type ServerFailure, ServerRefusal, SignInRefused, Unreachable } from './clickhouse-failure.ts';
import { ClickHouseNode, type NodeOptions } from './clickhouse-node.ts';
import { localTable } from './cluster-tables.ts';
import { insertVerdict, questionVerdict } from './engine-verdict.ts';
import { insertSettings } from './insert-settings.ts';
import { ReplicaOrder } from './replica-order.ts';
import { type InsertBlock, type Question, Warehouse, WarehouseBusy } from './warehouse.ts';

export interface ClickHouseWarehouseOptions {
  /** Per shard the addresses of its replicas, `http://host:8123` or `https://host:8443`. */
  readonly shards: readonly (readonly string[])[];
  readonly username: string;
  readonly password: string;
  /** `default` when absent. */
  readonly database?: string;
  /** Name of the cluster, as in the migrations' target: its tables are replicated and spread over the shards. */
  readonly cluster?: string;
  /** Certificates to trust instead of the system's, PEM. */
  readonly ca?: Buffer;
  readonly clock: Clock;
  /** Copies of a block that stand before an insert resolves; when absent the majority of the shard's addresses. */
  readonly insertQuorum?: number;
  /** An insert that is silent for longer is given up, and repeated by the caller; 60 when absent. */
  readonly insertSeconds?: number;
  /** Inserts to one address at once; 4 when absent. */
  readonly inserts?: number;
  /** Questions to one address at once; 8 when absent. */
  readonly questions?: number;
  /** A question that takes longer is refused; 30 when absent. */
  readonly questionSeconds?: number;
  /** Bytes one question may take on each server; 2 GiB when absent. */
  readonly questionMemoryBytes?: number;
  /** A migration or repair may take so long; an hour when absent. */
  readonly statementSeconds?: number;
}

/** A question's answer or refusal arrives within this after its time is up. */
const answerGraceSeconds = 15;

/** Codes of a server that cannot do what another one of its shard might: its log of tokens, its disk or its network is away. */
const serverInTrouble = new Set([209, 210, 225, 236, 242, 243, 279, 999]);

/** ClickHouse on servers. */
export class ClickHouseWarehouse extends Warehouse {
  readonly #shards: readonly ReplicaOrder<ClickHouseNode>[];
  readonly #everyone: ReplicaOrder<ClickHouseNode>;
  readonly #nodes: readonly ClickHouseNode[];
  readonly #settings: {
    readonly insert: readonly ClickHouseSettings[];
    readonly ask: ClickHouseSettings;
    readonly run: ClickHouseSettings;
  };
  readonly #clustered: boolean;
  #closed = false;

  private constructor(options: ClickHouseWarehouseOptions, shards: readonly (readonly ClickHouseNode[])[]) {
    super();
    this.#nodes = shards.flat();
    this.#shards = shards.map((replicas) => new ReplicaOrder(replicas, options.clock));
    // Any server of a cluster answers for all of it.
    this.#everyone = new ReplicaOrder(this.#nodes, options.clock);
    this.#settings = {
      insert: shards.map((replicas) => insertSettingsOf(options, replicas.length)),
      ask: askSettingsOf(options),
      run: runSettingsOf(options),
    };
    this.#clustered = options.cluster !== undefined;
  }

  /** Rejects with `SignInRefused` when a server that can be reached does not take the password; servers may be away. */
  static async open(options: ClickHouseWarehouseOptions): Promise<ClickHouseWarehouse> {
    assertShards(options);
    const { createClient } = await import('@clickhouse/client');
    const made = (address: string) => new ClickHouseNode(createClient, plainAddress(address), nodeOptions(options));
    const shards = options.shards.map((replicas) => replicas.map(made));
    await signIn(shards.flat());
    return new ClickHouseWarehouse(options, shards);
  }

  async insert({ table, token, rows, partition = 0 }: InsertBlock): Promise<void> {
    this.#assertOpen();
    const shard = partition % this.#shards.length;
    const settings = { ...this.#settings.insert[shard], insert_deduplication_token: token };
    const target = this.#clustered ? localTable(table) : table;
    const sql = `INSERT INTO ${quoted(target)} FORMAT JSONEachRow`;
    await this.#atFirst(this.#shards[shard]!, insertVerdict, (node) => node.insert(sql, rows, settings));
  }

  async ask<Row extends object>({ sql, params, signal }: Question): Promise<Row[]> {
    this.#assertOpen();
    return this.#atFirst(this.#everyone, questionVerdict, (node) => node.ask<Row>(sql, { ...params }, this.#settings.ask, signal), signal);
  }

  async run(sql: string): Promise<void> {
    this.#assertOpen();
    await this.#atFirst(this.#everyone, questionVerdict, (node) => node.run(sql, this.#settings.run));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#nodes.map((node) => node.close()));
  }

  #assertOpen(): void {
    if (this.#closed) throw new WarehouseBusy('the warehouse is closed');
  }

  /**
   * Only a server that was never spoken to is passed over at once. After any other failure the caller repeats the call, which
   * then begins at another replica: the token keeps a block that was stored after all from being stored twice.
   */
  async #atFirst<T>(
    order: ReplicaOrder<ClickHouseNode>,
    verdict: (refusal: ServerRefusal) => Error,
    work: (node: ClickHouseNode) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const passedOver: string[] = [];
    for (const node of order.now()) {
      try {
        const result = await work(node);
        order.worked(node);
        return result;
      } catch (thrown) {
        signal?.throwIfAborted();
        const failure = thrown as ServerFailure;
        if (!(failure instanceof ServerRefusal) || serverInTrouble.has(failure.code)) order.failed(node);
        if (failure instanceof ServerRefusal) throw verdict(failure);
        if (!(failure instanceof Unreachable)) throw new WarehouseBusy(failure.message, { cause: failure });
        passedOver.push(failure.message);
      }
    }
    throw new WarehouseBusy(`no ClickHouse server can be reached: ${passedOver.join('; ')}`);
  }
}

function assertShards({ shards, cluster }: ClickHouseWarehouseOptions): void {
  if (shards.length === 0 || shards.some((replicas) => replicas.length === 0)) throw new RangeError('a shard needs an address');
  if (cluster === undefined && shards.flat().length > 1)
    throw new RangeError('several ClickHouse servers need the name of their cluster: CLICKHOUSE_CLUSTER');
}

async function signIn(nodes: readonly ClickHouseNode[]): Promise<void> {
  const greetings = await Promise.allSettled(nodes.map((node) => node.ask('SELECT 1', {}, { max_execution_time: 5 })));
  const refusals = greetings.flatMap((greeting) => (greeting.status === 'rejected' ? [greeting.reason as ServerFailure] : []));
  const refused = refusals.find((failure) => failure instanceof SignInRefused);
  if (!refused) return;
  await Promise.all(nodes.map((node) => node.close()));
  throw refused;
}

function nodeOptions(options: ClickHouseWarehouseOptions): NodeOptions {
  const { username, password, ca, database = 'default' } = options;
  return {
    ...{ username, password, database, ...(ca && { ca }) },
    silenceSeconds: {
      insert: options.insertSeconds ?? 60,
      ask: (options.questionSeconds ?? 30) + answerGraceSeconds,
      run: (options.statementSeconds ?? 3600) + answerGraceSeconds,
    },
    connections: { insert: options.inserts ?? 4, ask: options.questions ?? 8, run: 2 },
  };
}

/**
 * A block counts as stored when most replicas have it on disk, so that losing one server loses nothing acknowledged. With two
 * replicas both are needed: while one is away the stream keeps the blocks. The number stands here and not as 'auto' because
 * the tables of a single server wait for nobody.
 */
function insertSettingsOf({ insertQuorum }: ClickHouseWarehouseOptions, replicas: number): ClickHouseSettings {
  const quorum = insertQuorum ?? Math.floor(replicas / 2) + 1;
  const quorumSettings: ClickHouseSettings = { insert_quorum: String(quorum), insert_quorum_timeout: 30_000 };
  return quorum > 1 ? { ...insertSettings, ...quorumSettings } : insertSettings;
}

function askSettingsOf(options: ClickHouseWarehouseOptions): ClickHouseSettings {
  return {
    output_format_json_quote_64bit_integers: 1,
    max_execution_time: options.questionSeconds ?? 30,
    max_memory_usage: String(options.questionMemoryBytes ?? 2 * 2 ** 30),
    // Reading only, and a question may bring settings of its own.
    readonly: '2',
    // An aborted question is a closed connection.
    cancel_http_readonly_queries_on_client_close: 1,
    // The whole answer is computed before its status is sent, so that a late error is an error.
    wait_end_of_query: 1,
    ...(options.cluster !== undefined && clusterSettings),
  };
}

const clusterSettings: ClickHouseSettings = {
  // A subquery over all shards is asked once, not once by each shard.
  distributed_product_mode: 'global',
  // The same replica as was written to, while it is there.
  load_balancing: 'in_order',
};

function runSettingsOf({ cluster, statementSeconds = 3600 }: ClickHouseWarehouseOptions): ClickHouseSettings {
  const settings: ClickHouseSettings = { max_execution_time: statementSeconds, wait_end_of_query: 1 };
  if (cluster === undefined) return settings;
  return {
    ...settings,
    ...clusterSettings,
    // Waits for every server and fails when one fails, without a table of who did what.
    distributed_ddl_output_mode: 'none',
    distributed_ddl_task_timeout: String(statementSeconds),
    // Rows that pass through a Distributed table are stored when the statement ends.
    distributed_foreground_insert: '1',
  };
}

/** Credentials in an address would stand in messages, and a path or settings would mean something else to the client. */
function plainAddress(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) throw new RangeError('an address of ClickHouse looks like http://host:8123');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.pathname !== '/')
    throw new RangeError(`the address ${url.origin} of ClickHouse must end behind its port: user and password have settings of their own`);
  return url.origin;
}

function quoted(name: string): string {
  return `\`${name.replaceAll(/[\\`]/g, '\\$&')}\``;
}
