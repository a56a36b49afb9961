import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppProcess } from '../infra/native/app-process.ts';
import type { NativeKafka } from '../infra/native/native-kafka.ts';
import { freePort, NativeProcess } from '../infra/native/native-process.ts';

export interface Started {
  readonly port: number;
  readonly process: NativeProcess;
}

/** As both sides compress what they give to Kafka. */
export const compression = 'zstd';
const collector = join(tmpdir(), 'otelcol');

/** The gateway without bounds, writing to Kafka. */
export async function startGateway(dir: string, kafka: NativeKafka): Promise<Started> {
  await writeFile(
    join(dir, 'bench.yml'),
    'projects:\n  - { id: default, open: true, eventsPerSecond: 10000000, burst: 10000000 }\nlimits: { eventsPerSecond: 10000000, requestsPerSecondPerPrefix: 1000000 }\n',
  );
  const env = {
    KAFKA_BROKERS: kafka.brokers,
    KAFKA_REPLICATION: '1',
    KAFKA_COMPRESSION: compression,
    BEACONHOUSE_IDENTITY_SECRET: '0'.repeat(64),
    BEACONHOUSE_CONFIG: join(dir, 'bench.yml'),
    BEACONHOUSE_LOG_LEVEL: 'warn',
  };
  const app = await AppProcess.start({ app: 'gateway', cwd: dir, env });
  return { port: app.port, process: app.process };
}

/** The OpenTelemetry Collector, from OTLP/HTTP to Kafka without a queue of its own. */
export async function startCollector(dir: string, kafka: NativeKafka, signal: 'logs' | 'traces'): Promise<Started> {
  const built = spawnSync(join(import.meta.dirname, 'otel-collector/build.sh'), [collector], { stdio: 'inherit' });
  if (built.status !== 0) throw new Error('the collector could not be built: it needs Go');
  const port = await freePort();
  const config = `
receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:${port}" } } } }
exporters:
  kafka:
    brokers: ["${kafka.brokers}"]
    ${signal}: { topic: otlp_${signal}, encoding: otlp_proto }
    producer: { required_acks: -1, compression: ${compression} }
    sending_queue: { enabled: false }
    retry_on_failure: { enabled: true }
service:
  telemetry: { metrics: { level: none }, logs: { level: warn } }
  pipelines: { ${signal}: { receivers: [otlp], exporters: [kafka] } }
`;
  await writeFile(join(dir, 'collector.yaml'), config);
  const process = await NativeProcess.start({
    name: 'the collector',
    file: join(collector, 'otelcol'),
    args: ['--config', join(dir, 'collector.yaml')],
    cwd: dir,
    ready: async () => (await fetch(`http://127.0.0.1:${port}/`)).status === 404,
    readyWithinMs: 20_000,
  });
  return { port, process };
}
