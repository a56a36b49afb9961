// node engine-server.js DIR PORT: the ClickHouse engine behind its HTTP port, for clients of cluster mode.
import { openChdbEngine, openSqlPort, SqlGuard, SystemClock, secretIn } from '#platform';

const [dataDir, port] = process.argv.slice(2);
if (dataDir === undefined || port === undefined) throw new Error('usage: engine-server DIR PORT');
/** Loaders of several processes insert at once, and each of their questions is a short one. */
const engine = await openChdbEngine({ dataDir, clock: new SystemClock(), inserts: 4, queries: 6, streams: 2 });
const writerSecret = (await secretIn(dataDir, 'house.secret')).toString('hex');
const sqlPort = await openSqlPort({ engine, host: '127.0.0.1', port: Number(port), guard: new SqlGuard({ engine }), writerSecret });
process.once('SIGTERM', () => {
  void sqlPort
    .close()
    .then(() => engine.close())
    .then(() => process.exit(0));
});
