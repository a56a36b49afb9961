// From starting the process to /health/ready, and the memory it takes when nothing happens.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { House } from './house.ts';
import { median, printTable } from './report.ts';
import { seedFolder } from './seed-folder.ts';

const goal = { readyMs: 3_000, restMiB: 600 };
const runs = 7;
const restSeconds = 30;
const days = 14;
const rows = 2_000_000;

async function measure(name: string, folder: () => Promise<string>) {
  const times: number[] = [];
  let memory = { now: 0, peak: 0 };
  for (let run = 0; run < runs; run += 1) {
    const house = await House.start({ dataDir: await folder() });
    times.push(house.startMs);
    if (run === runs - 1) {
      await new Promise((resolve) => setTimeout(resolve, restSeconds * 1_000));
      memory = house.memory();
    }
    await house.stop();
  }
  return {
    'data folder': name,
    runs,
    'ready ms, median': median(times).toFixed(0),
    'fastest to slowest': `${Math.min(...times).toFixed(0)} to ${Math.max(...times).toFixed(0)}`,
    [`RSS MiB after ${restSeconds} s`]: memory.now,
    'peak RSS MiB': memory.peak,
  };
}

const place = await mkdtemp(join(tmpdir(), 'beaconhouse-bench-'));
try {
  const seeded = join(place, 'seeded');
  const shown = [await measure('empty', async () => mkdtemp(join(place, 'empty-')))];
  await seedFolder(seeded, { days, rows });
  shown.push(await measure(`${rows} events in ${days} days`, async () => seeded));
  printTable(`Start-up and memory at rest; goal: ready in <= ${goal.readyMs} ms on an empty folder, <= ${goal.restMiB} MiB at rest`, shown);
} finally {
  await rm(place, { recursive: true, force: true, maxRetries: 3 });
}
