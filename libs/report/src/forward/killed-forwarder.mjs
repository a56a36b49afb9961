// Run by killed-forwarder.spec.ts, which ends it with SIGKILL: tells minutes from the first on, as a queue that does not know what was done.
import { pino } from 'pino';
import { configFileSchema } from '#contracts';
import { EmbeddedStream, EmbeddedWarehouse, migrate, openChdbEngine, SystemClock } from '#platform';
import { SeriesForwarder } from './series-forwarder.ts';

const [dataDir, streamDir, url, first, count] = process.argv.slice(2);
const clock = new SystemClock();
const warehouse = new EmbeddedWarehouse(await openChdbEngine({ dataDir, clock }));
await migrate(warehouse, { rawDays: 30, minuteDays: 90, hourDays: 400 });
const ends = Array.from({ length: Number(count) }, (_, index) => Number(first) + (index + 1) * 60_000);
const rows = ends.map((end, index) =>
  JSON.stringify({
    tenant: 'default',
    app: 'chat',
    env: 'production',
    metric: 'LCP',
    ts: end - 1,
    received_at: end - 1,
    value: 1_000,
    src_index: index,
  }),
);
await warehouse.insert({ table: 'rum_events', token: 'rows', rows: Buffer.from(`${rows.join('\n')}\n`) });
const forwarder = new SeriesForwarder({
  ...{ warehouse, stream: await EmbeddedStream.open({ dir: streamDir, clock }), clock, log: pino({ level: 'silent' }) },
  ...{ account: { apiKey: 'key', url }, config: configFileSchema.parse({ datadog: { series: true } }) },
});
const { signal } = new AbortController();
for (const end of ends) await forwarder.run({ end, attempt: 1, isLast: false, signal });
process.exit(0);
