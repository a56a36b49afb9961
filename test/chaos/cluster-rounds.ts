import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../infra/native/native-process.ts';
import { ClusterHouse } from '../e2e/cluster-house.ts';
import { BeaconLoad } from './beacon-load.ts';
import { type ChaosOptions, type ChaosReport, ChaosRun } from './chaos-run.ts';
import { faultSchedule, makeFault } from './cluster-faults.ts';
import { appsOf, type ClusterScene, pause } from './cluster-scene.ts';
import { makeDataFolder } from './data-folder.ts';
import { anyDoubled, ledgerDifference, problemsOf } from './stored-comparison.ts';
import { TcpProxy } from './tcp-proxy.ts';

const connections = 128;
/** Load between two faults, milliseconds. */
const betweenMs = [100, 500] as const;

/** A run that is not sound ends soon after it became so, while what led to it stands in the logs. */
const watchMs = 30_000;

/** Faults in the middle of load, again and again; what was not acknowledged is sent again; then what is stored is compared. */
export async function runClusterRounds(options: ChaosOptions): Promise<ChaosReport> {
  const folder = await makeDataFolder('beaconhouse-chaos-', options.smallDisk ?? false);
  const [kafkaPort, enginePort] = [await freePort(), await freePort()];
  const wires = { kafka: await TcpProxy.open(() => kafkaPort), engine: await TcpProxy.open(() => enginePort) };
  const places = { kafka: { port: kafkaPort, proxy: wires.kafka.port }, engine: { port: enginePort, proxy: wires.engine.port } };
  const run = new ChaosRun(options);
  let sound = false;
  try {
    await writeFile(join(folder.dir, 'beaconhouse.yml'), run.houseConfig);
    const logDir = await mkdtemp(join(tmpdir(), 'beaconhouse-chaos-logs-'));
    const house = await ClusterHouse.start({ dataDir: folder.dir, wires: places, apps: { gateway: 2, loader: 2 }, logDir });
    try {
      const report = await rounds({ house, wires, disk: folder.disk, random: run.random }, run, options);
      sound = problemsOf(report).length === 0;
      if (sound) await rm(logDir, { recursive: true });
      return sound ? report : { ...report, kept: [folder.dir, logDir] };
    } finally {
      await house.cluster.kill();
    }
  } finally {
    await Promise.all([wires.kafka.close(), wires.engine.close()]);
    if (sound) await folder.remove();
  }
}

/** The load runs on through all faults: a gateway that is away leaves its connections waiting, and the others go on. */
async function rounds(scene: ClusterScene, run: ChaosRun, options: ChaosOptions): Promise<ChaosReport> {
  const { house } = scene;
  const { script, book } = run;
  const load = new BeaconLoad({ script, book, ports: appsOf(house, 'gateway').map(({ port }) => port), connections });
  const schedule = faultSchedule(run.random, { hasDisk: scene.disk !== undefined, only: options.only ?? '' });
  let [watchedAt, looks, doubled] = [performance.now(), 0, false];
  while (run.goesOn && !doubled) {
    const fault = schedule.next().value;
    await pause(run.between(betweenMs));
    run.roundOver(await makeFault(fault, scene));
    if (performance.now() - watchedAt < watchMs) continue;
    watchedAt = performance.now();
    doubled = await anyDoubled(house, script, looks++);
  }
  await load.finish();
  run.add(load);
  await house.whenLoaded();
  await untilAudited(house);
  return run.report(house);
}

/** The worker completes the ledger within two minutes of silence; one that stays uneven is for the comparison to show. */
async function untilAudited(house: ClusterHouse): Promise<void> {
  for (const deadline = performance.now() + 150_000; performance.now() < deadline; await pause(500)) {
    if ((await ledgerDifference(house)) === 0) return;
  }
}
