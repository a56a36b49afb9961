// npm run cluster [-- DIR]: the cluster on this machine, without Docker, until Ctrl+C.
import { resolve } from 'node:path';
import { NativeCluster } from './native-cluster.ts';

const dir = resolve(process.argv[2] ?? './data/cluster');
const say = (line: string) => process.stdout.write(`${line}\n`);

const cluster = await NativeCluster.start({ dir, ports: { gateway: 8080, api: 8081 }, onProgress: (what) => say(`  ${what}`) });
const gateway = cluster.first('gateway').http;
const api = cluster.first('api').http;
say(`
  Beaconhouse, a cluster on this machine (data in ${dir})

  Send      curl -i ${gateway}/api/rum-metrics -d '{"metrics":[{"name":"LCP","value":1234}]}'
  Ask       curl ${cluster.engine.url} -d 'SELECT metric, count(), quantile(0.75)(value) FROM rum GROUP BY metric'
  API       ${api}/api/metrics   ${api}/api/ledger
  Health    ${cluster.apps.map(({ app, http }) => `${app} ${http}/health/ready`).join('\n            ')}
  Services  Kafka ${cluster.kafka.brokers}   Redis ${cluster.redis.url}   ClickHouse ${cluster.engine.url}

  Ctrl+C stops it: what was acknowledged is stored.
`);

let stopping = false;
const stop = () => {
  if (stopping) return;
  stopping = true;
  say('  stopping in order');
  void cluster.stop().then(() => process.exit(0));
};
process.on('SIGINT', stop);
process.on('SIGTERM', stop);
