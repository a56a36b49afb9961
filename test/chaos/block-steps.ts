import { readdir, readFile, readlink } from 'node:fs/promises';
import type { AppProcess } from '../../infra/native/app-process.ts';
import { appsOf, type ClusterScene, type Fault, pause } from './cluster-scene.ts';

type Step = (scene: ClusterScene) => Promise<number>;

/** Under load a loader comes by every step within this; a fault that waits longer is not made. */
const longestWaitMs = 10_000;

/** First bytes of a request, behind its length: https://kafka.apache.org/protocol#protocol_api_keys */
const offsetCommit = 8;
const isCommit = (piece: Buffer) => piece.length > 6 && piece.readInt16BE(4) === offsetCommit && piece.includes('beaconhouse.rum');
const isIntent = (piece: Buffer) => isCommit(piece) && /to \d+/.test(piece.toString('latin1'));
const isCompletion = (piece: Buffer) => isCommit(piece) && !isIntent(piece);
const isInsertInto = (table: string, token: string) => {
  const head = new RegExp(`^POST (?=[^ ]*INSERT[+%20]*INTO[+%20]*${table})(?=[^ ]*token=${token})`);
  return (piece: Buffer) => head.test(piece.toString('latin1', 0, 4_096));
};
const isInsert = isInsertInto('rum_events', 'rum');
const isCount = isInsertInto('outcomes_1m', 'rum');

/** The loader's block protocol, step by step: block-protocol.ts and loader.ts. */
const steps: Readonly<Record<string, Step>> = {
  'before the intent commit': ({ wires }) => wires.kafka.hold(isIntent),
  'after the intent commit, unanswered': ({ wires }) => wires.kafka.swallow(isIntent),
  'before the insert': ({ wires }) => wires.engine.hold(isInsert),
  'after the insert, unanswered': ({ wires }) => wires.engine.swallow(isInsert),
  'after the insert, before its count': ({ wires }) => wires.engine.hold(isCount),
  'after the count, unanswered': ({ wires }) => wires.engine.swallow(isCount),
  'before the completing commit': ({ wires }) => wires.kafka.hold(isCompletion),
  'after the completing commit, unanswered': ({ wires }) => wires.kafka.swallow(isCompletion),
};

/** Kills the loader that has come to a step of its block, by the step's name. */
export const stepFaults: readonly (readonly [name: string, make: Fault])[] = Object.entries(steps).map(([name, step]) => [
  `loader killed ${name}`,
  (scene) => killedAt(scene, step, name.includes('completing')),
]);

async function killedAt(scene: ClusterScene, step: Step, stopping: boolean): Promise<boolean> {
  const { house, wires } = scene;
  const caught = step(scene);
  const loaders = appsOf(house, 'loader');
  // Under load the next block's intent completes the last block: only a loader that stops completes one by itself.
  if (stopping) loaders[0]!.process.child.kill('SIGTERM');
  const port = await Promise.race([caught, pause(longestWaitMs)]);
  const victim = stopping ? loaders[0]! : port && (await ownerOf(port, loaders));
  if (victim) await house.cluster.restartApp(victim, 'SIGKILL');
  for (const wire of [wires.kafka, wires.engine]) wire.pass();
  return port !== undefined && victim !== undefined;
}

/** Whose connection begins at this port of loopback. */
async function ownerOf(port: number, apps: readonly AppProcess[]): Promise<AppProcess | undefined> {
  const local = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const sockets = (await readFile('/proc/net/tcp', 'utf8')).split('\n').map((line) => line.trim().split(/\s+/));
  const inode = sockets.find((fields) => fields[1] === local)?.[9];
  for (const app of apps) if (await holdsSocket(app.process.child.pid!, inode)) return app;
  return undefined;
}

async function holdsSocket(pid: number, inode: string | undefined): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const links = (await readdir(folder)).map((fd) => readlink(`${folder}/${fd}`).catch(() => ''));
  return (await Promise.all(links)).includes(`socket:[${inode}]`);
}
