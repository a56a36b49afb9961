import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../clock/system-clock.ts';
import { ChdbEngine, openChdbEngine } from '../engine/chdb-engine.ts';
import { serverArguments } from '../engine/server-arguments.ts';
import { SqlGuard } from '../sql-port/sql-guard.ts';
import { openSqlPort, type SqlPort } from '../sql-port/sql-port.ts';

export const secret = 'the-house-alone-knows-this';

const clock = new SystemClock();
/** A port on which nobody listens: the engine only has to take its own address for local. */
const clusterPort = 9;
const clusterConfig = `<clickhouse>
  <tcp_port>${clusterPort}</tcp_port>
  <macros><shard>1</shard><replica>one</replica></macros>
  <remote_servers><house><shard><replica><host>127.0.0.1</host><port>${clusterPort}</port></replica></shard></house></remote_servers>
</clickhouse>`;

interface Kind {
  /** Knows a cluster `house` of one shard, itself. */
  readonly clustered: boolean;
}

/** A real engine behind its HTTP port: what the client sees of a server. */
export class ClickHouseServer {
  private constructor(
    private readonly dataDir: string,
    private readonly kind: Kind,
    private engine: ChdbEngine,
    private sqlPort: SqlPort,
  ) {}

  static async open(kind: Kind = { clustered: false }): Promise<ClickHouseServer> {
    const dataDir = await mkdtemp(join(tmpdir(), 'beaconhouse-clickhouse-'));
    const engine = await openEngine(dataDir, kind);
    return new ClickHouseServer(dataDir, kind, engine, await openPort(engine, 0));
  }

  get port(): number {
    return this.sqlPort.address.port;
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async restart(): Promise<void> {
    const { port } = this;
    await this.#stop();
    this.engine = await openEngine(this.dataDir, this.kind);
    this.sqlPort = await openPort(this.engine, port);
  }

  async close(): Promise<void> {
    await this.#stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  async #stop(): Promise<void> {
    await this.sqlPort.close();
    await this.engine.close();
  }
}

function openPort(engine: ChdbEngine, port: number): Promise<SqlPort> {
  return openSqlPort({ engine, guard: new SqlGuard({ engine }), host: '127.0.0.1', port, writerSecret: secret });
}

async function openEngine(dataDir: string, { clustered }: Kind): Promise<ChdbEngine> {
  if (!clustered) return openChdbEngine({ dataDir, clock });
  const [path, spoolDir, config] = [join(dataDir, 'engine'), dataDir, join(dataDir, 'config.xml')];
  await writeFile(config, clusterConfig);
  const { Session, drainPending } = await import('chdb');
  const connectionArgs = [`--config-file=${config}`, ...serverArguments({ memoryBytes: 1536 * 2 ** 20 })];
  const openSession = () => new Session(path, { connectionArgs });
  const control = openSession();
  return new ChdbEngine({ dataDir, clock, path, spoolDir, connectionArgs, control, version: '26.7', openSession, drainPending });
}

/** The address of nobody: whoever listened there has gone. */
export async function deadAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}
