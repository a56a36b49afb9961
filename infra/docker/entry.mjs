// The image's entry: `gateway` runs that app in this process, `api,worker,alerter` several of them, each as a child, on
// BEACONHOUSE_PORT and the ports after it, and `beaconhouse ...` the command line. One app that ends takes the others along
// in order, so that whoever started the container sees it and starts it again.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const apps = ['standalone', 'gateway', 'loader', 'worker', 'alerter', 'api'];
const embeddedEngine = fileURLToPath(new URL('../../node_modules/@chdb', import.meta.url));
const fileOf = (app) => fileURLToPath(new URL(`../../dist/apps/${app}/src/main.js`, import.meta.url));
/** Apps that have not drained by then are ended; shorter than the grace period that orchestrators are told here. */
const drainMs = Number(process.env.BEACONHOUSE_DRAIN_MS ?? 50_000);
const misused = 2;

const [what = '', ...rest] = process.argv.slice(2);
const names = what.split(',');
const unknown = names.filter((name) => !apps.includes(name));

if (what === 'beaconhouse') await become('cli', rest);
else if (unknown.length > 0 || rest.length > 0 || new Set(names).size < names.length) {
  process.stderr.write(
    `Cannot start ${JSON.stringify([what, ...rest].join(' '))}. Start one app, or several with commas between them: ${apps.join(', ')}.\n` +
      'Or run a command: beaconhouse migrate | seed | doctor | ...\n',
  );
  process.exitCode = misused;
} else if (names.includes('standalone') && names.length > 1) {
  process.stderr.write('standalone is all apps in one process: start it alone.\n');
  process.exitCode = misused;
} else if (what === 'standalone' && !existsSync(embeddedEngine)) {
  process.stderr.write('This image was built without the embedded engine (--target cluster). Build it with --target standalone.\n');
  process.exitCode = misused;
} else if (names.length > 1) await supervise(names);
else await become(what, []);

/** Turns this process into the app. */
async function become(app, args) {
  const file = fileOf(app);
  if (!existsSync(file)) {
    process.stderr.write(`${file} is missing: this image was built without it.\n`);
    process.exitCode = misused;
    return;
  }
  process.argv.splice(1, process.argv.length - 1, file, ...args);
  await import(file);
}

async function supervise(wanted) {
  const firstPort = Number(process.env.BEACONHOUSE_PORT || 8080);
  const running = new Map();
  let stopping = false;
  let exitCode = 0;

  const stop = (signal) => {
    for (const child of running.values()) child.kill(signal);
    if (stopping) return;
    stopping = true;
    setTimeout(() => {
      for (const child of running.values()) child.kill('SIGKILL');
    }, drainMs).unref();
  };
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => stop(signal));

  const ends = wanted.map((app, index) => {
    const child = spawn(process.execPath, [fileOf(app)], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, BEACONHOUSE_PORT: String(firstPort + index) },
    });
    running.set(app, child);
    return new Promise((resolve) => {
      child.once('error', (error) => process.stderr.write(`${app} cannot be started: ${error.message}\n`));
      child.once('close', (code, signal) => {
        running.delete(app);
        if (!stopping) process.stderr.write(`${app} ended (${signal ?? `exit code ${code}`}): the others are stopped\n`);
        // An app that ends by itself with 0 has failed all the same: it was to run.
        if (exitCode === 0 && (!stopping || code !== 0)) exitCode = code || 1;
        if (!stopping) stop('SIGTERM');
        resolve();
      });
    });
  });
  await Promise.all(ends);
  process.exitCode = exitCode;
}
