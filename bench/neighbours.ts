// What an honest client's acknowledgement costs while others misbehave: analysts with endless questions, clients that trickle,
// a key far over its quota. Each against the same client alone, in the same run.
import { connect, type Socket } from 'node:net';
import { generate } from './generate.ts';
import { House } from './house.ts';
import type { LoadResult } from './open-loop.ts';
import { printTable } from './report.ts';

const seconds = 30;
/** 1,000 rows a second: a large part of neither core. */
const honest = { beaconsPerSecond: 100, connections: 20, seconds, key: 'honest-key-1' };
const analysts = 8;
const slowClients = 2_000;
const flood = { beaconsPerSecond: 1_000, connections: 50, seconds, key: 'flooding-key-1' };
const config = `
projects:
  - { id: honest, eventsPerSecond: 1000000, burst: 2000000, keys: [{ id: web, key: ${honest.key}, eventsPerSecond: 100000, burst: 200000 }] }
  - { id: flood, keys: [{ id: web, key: ${flood.key}, eventsPerSecond: 100, burst: 1000 }] }
limits: { connectionsPerAddress: 5000, connections: 5000, eventsPerSecond: 1000000, requestsPerSecondPerPrefix: 100000 }
`;
/** Runs until its time is over, on all the threads an analyst has. */
const slowQuestion = 'SELECT uniqExact(sipHash64(number)) FROM numbers(100000000000)';

/** Something that goes on until it is told to end. */
type Neighbour = () => Promise<void>;

const noOne = (): Neighbour => async () => undefined;

/** More questions than there are slots, each asked again when it is over. */
function busyAnalysts(house: House): Neighbour {
  const leaving = new AbortController();
  const asking = Array.from({ length: analysts }, async () => {
    while (!leaving.signal.aborted) {
      const answer = fetch(`${house.sql}/`, { method: 'POST', body: slowQuestion, signal: leaving.signal });
      await answer.then((response) => response.text()).catch(() => undefined);
    }
  });
  return async () => {
    leaving.abort();
    await Promise.all(asking);
  };
}

/** One byte of a header a second each, opened again when the server has had enough. */
function trickle(house: House): Neighbour {
  const open = (): Socket => {
    const socket = connect(Number(new URL(house.http).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('POST /api/rum-metrics HTTP/1.1\r\nhost: ');
    return socket;
  };
  const sockets = Array.from({ length: slowClients }, open);
  const timer = setInterval(() => {
    for (const [n, socket] of sockets.entries()) {
      if (socket.destroyed || socket.readyState === 'closed') sockets[n] = open();
      else socket.write('x');
    }
  }, 1_000);
  return async () => {
    clearInterval(timer);
    for (const socket of sockets) socket.destroy();
  };
}

/** Ten thousand events a second on a key that may send a hundred. */
function floodingKey(house: House): Neighbour {
  const flooding = generate({ port: Number(new URL(house.http).port), seed: 900, ...flood });
  return async () => {
    const { acknowledged, refused } = await flooding;
    process.stderr.write(`the flood: ${acknowledged} acknowledged, ${JSON.stringify(refused)} refused\n`);
  };
}

const neighbours: readonly (readonly [name: string, start: (house: House) => Neighbour])[] = [
  ['nobody', noOne],
  [`${analysts} endless questions`, busyAnalysts],
  ['nobody', noOne],
  [`${slowClients} clients at a byte a second`, trickle],
  ['nobody', noOne],
  ['a key at 100 times its quota', floodingKey],
];

const house = await House.start({ config });
const shown: (LoadResult & { name: string })[] = [];
try {
  const port = Number(new URL(house.http).port);
  await generate({ port, ...honest, beaconsPerSecond: 500, seconds: 20, seed: 1 });
  for (const [index, [name, start]] of neighbours.entries()) {
    process.stderr.write(`${name}, ${seconds} s\n`);
    const end = start(house);
    const load = await generate({ port, ...honest, seed: 10 + index });
    await end();
    shown.push({ ...load, name });
  }
} finally {
  await house.dispose();
}
printTable(
  `An honest client at ${honest.beaconsPerSecond} beacons a second beside others; goal: p99 < 1.2x with analysts, < 2x else, nothing refused`,
  shown.map(({ name, p50, p99, longest, acknowledged, refused }, index) => ({
    beside: name,
    'ack p50 ms': p50.toFixed(1),
    'ack p99 ms': p99.toFixed(1),
    'against alone': index % 2 === 0 ? '' : (p99 / shown[index - 1]!.p99).toFixed(2),
    'longest ms': longest.toFixed(0),
    acknowledged,
    'not 204': JSON.stringify(refused),
  })),
);
