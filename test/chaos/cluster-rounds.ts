import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../infra/native/native-process.ts';
import { ClusterHouse } from '../e2e/cluster-house.ts';
import { BeaconLoad } from './beacon-load.ts';
import { type ChaosOptions, type ChaosReport, ChaosRun } from './chaos-run.ts';
import { faultSchedule, makeFault } from './cluster-faults.ts';
import { appsOf, type ClusterScene, pause } from './cluster-scene.ts';
import { makeDataFolder } from './data-folder.ts';
import { ledgerDifference } from './stored-comparison.ts';
import { TcpProxy } from './tcp-proxy.ts';

const connections = 128;
/** Load between two faults, milliseconds. */
const betweenMs = [100, 500] as const;

/** Faults in the middle of load, again and again; what was not acknowledged is sent again; then what is stored is compared. */
export async function runClusterRounds(options: ChaosOptions): Promise<ChaosReport> {
  const folder = await makeDataFolder('beaconhouse-chaos-', options.smallDisk ?? false);
  const [kafkaPort, enginePort] = [await freePort(), await freePort()];
  const wires = { kafka: await TcpProxy.open(() => kafkaPort), engine: await TcpProxy.open(() => enginePort) };
  const places = { kafka: { port: kafkaPort, proxy: wires.kafka.port }, engine: { port: enginePort, proxy: wires.engine.port } };
  const run = new ChaosRun(options);
  try {
    await writeFile(join(folder.dir, 'beaconhouse.yml'), run.houseConfig);
    const house = await ClusterHouse.start({ dataDir: folder.dir, wires: places, apps: { gateway: 2, loader: 2 } });
    try {
      return await rounds({ house, wires, disk: folder.disk, random: run.random }, run, options);
    } finally {
      await house.cluster.kill();
    }
  } finally {
    await Promise.all([wires.kafka.close(), wires.engine.close()]);
    await folder.remove();
  }
}

/** The load runs on through all faults: a gateway that is away leaves its connections waiting, and the others go on. */
async function rounds(scene: ClusterScene, run: ChaosRun, options: ChaosOptions): Promise<ChaosReport> {
  const { house } = scene;
  const { script, book } = run;
  const load = new BeaconLoad({ script, book, ports: appsOf(house, 'gateway').map(({ port }) => port), connections });
  const schedule = faultSchedule(run.random, { hasDisk: scene.disk !== undefined, only: options.only ?? '' });
  while (run.goesOn) {
    const fault = schedule.next().value;
    await pause(run.between(betweenMs));
    run.roundOver(await makeFault(fault, scene));
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
