import { readdir, readFile, readlink } from 'node:fs/promises';
import type { AppProcess } from '../../infra/native/app-process.ts';
import { appsOf, type ClusterScene, type Fault, pause } from './cluster-scene.ts';

type Step = (scene: ClusterScene) => Promise<number>;

/** Under load a loader comes by every step within this, also after the death of a member, whom the group waits for. */
const longestWaitMs = 40_000;

/** https://kafka.apache.org/protocol#protocol_api_keys */
const offsetCommit = 8;
const isIntent = (piece: Buffer) => commitsOf(piece).some((commit) => /to \d+/.test(commit));
const isCompletion = (piece: Buffer) => commitsOf(piece).some((commit) => !/to \d+/.test(commit));

/** Commits of the loaders' positions among the requests in a piece; each begins with its length and its kind. */
function commitsOf(piece: Buffer): string[] {
  const commits: string[] = [];
  for (let at = 0; at + 6 <= piece.length; at += 4 + piece.readUInt32BE(at)) {
    const request = piece.toString('latin1', at + 4, at + 4 + piece.readUInt32BE(at));
    if (piece.readInt16BE(at + 4) === offsetCommit && request.includes('beaconhouse.rum')) commits.push(request);
  }
  return commits;
}

const isInsert = (piece: Buffer) => isInsertInto('rum_events', piece);
const isCount = (piece: Buffer) => isInsertInto('outcomes_1m', piece);

/** Of a block of beacons: its name is the token. The client puts both into the address. */
function isInsertInto(table: string, piece: Buffer): boolean {
  const [head = ''] = piece.toString('latin1', 0, 4_096).split('\r\n');
  return /^POST .*INSERT/.test(head) && head.includes(table) && head.includes('insert_deduplication_token=rum');
}

/** The loader's block protocol, step by step: block-protocol.ts and loader.ts. */
const steps: Readonly<Record<string, Step>> = {
  'before the intent commit': ({ wires }) => wires.kafka.hold(isIntent),
  'after the intent commit, unanswered': ({ wires }) => wires.kafka.swallow(isIntent),
  'before the insert': ({ wires }) => wires.engine.hold(isInsert),
  'after the insert, unanswered': ({ wires }) => wires.engine.swallow(isInsert),
  'after the insert, before its count': ({ wires }) => wires.engine.hold(isCount),
  'after the count, unanswered': ({ wires }) => wires.engine.swallow(isCount),
  'before the completing commit': async (scene) => {
    await stopOne(scene);
    return scene.wires.kafka.hold(isCompletion);
  },
  'after the completing commit, unanswered': async (scene) => {
    await stopOne(scene);
    return scene.wires.kafka.swallow(isCompletion);
  },
};

/** Kills the loader that has come to a step of its block, by the step's name. */
export const stepFaults: readonly (readonly [name: string, make: Fault])[] = Object.entries(steps).map(([name, step]) => [
  `loader killed ${name}`,
  (scene) => killedAt(scene, step),
]);

async function killedAt(scene: ClusterScene, step: Step): Promise<boolean> {
  const { house, wires } = scene;
  const port = await Promise.race([step(scene), pause(longestWaitMs)]);
  const loaders = appsOf(house, 'loader');
  const victim = port === undefined ? undefined : await ownerOf(port, loaders);
  // One that was stopping may have ended in the meantime.
  const gone = loaders.filter((app) => app === victim || app.process.ended);
  for (const app of gone) await house.cluster.restartApp(app, 'SIGKILL');
  for (const wire of [wires.kafka, wires.engine]) wire.pass();
  return port !== undefined && gone.length > 0;
}

/** Under load the next block's intent completes the last one: only a loader that stops completes one by itself. */
async function stopOne({ house, wires }: ClusterScene): Promise<void> {
  const port = await wires.kafka.watch(isIntent);
  const owner = await ownerOf(port, appsOf(house, 'loader'));
  owner?.process.child.kill('SIGTERM');
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
  const links = (await readdir(folder).catch(() => [])).map((fd) => readlink(`${folder}/${fd}`).catch(() => ''));
  return (await Promise.all(links)).includes(`socket:[${inode}]`);
}
