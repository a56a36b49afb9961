// Opens the engine on the folder given, says so, and holds it until it is killed, or closes it at SIGTERM.
import { SystemClock } from '../clock/system-clock.ts';
import { openChdbEngine } from './chdb-engine.ts';

try {
  const engine = await openChdbEngine({ dataDir: process.argv[2], clock: new SystemClock() });
  process.once('SIGTERM', async () => {
    await engine.close();
    process.exit(0);
  });
  process.stdout.write(`${JSON.stringify({ opened: engine.version })}\n`);
  // A signal alone keeps no process.
  setInterval(() => {}, 60_000);
} catch ({ name, message, folder, pid }) {
  process.stdout.write(`${JSON.stringify({ refused: name, message, folder, pid })}\n`);
  process.exit(1);
}
