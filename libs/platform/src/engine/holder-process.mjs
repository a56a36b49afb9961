// Opens the engine on the folder given, says so, and holds it until it is killed or told to close.
import { SystemClock } from '../clock/system-clock.ts';
import { openChdbEngine } from './chdb-engine.ts';

try {
  const engine = await openChdbEngine({ dataDir: process.argv[2], clock: new SystemClock() });
  process.stdout.write(`${JSON.stringify({ opened: engine.version })}\n`);
  process.stdin.once('data', async () => {
    await engine.close();
    process.exit(0);
  });
} catch ({ name, message, folder, pid }) {
  process.stdout.write(`${JSON.stringify({ refused: name, message, folder, pid })}\n`);
  process.exit(1);
}
