// npm run fuzz -- [cases] [seed]: the long form of test/e2e/fuzz.e2e.ts.
import { StandaloneProcess } from '../e2e/standalone-process.ts';
import { fuzzIntake } from './fuzz-intake.ts';

const [cases = '1000000', seed = String(Date.now() % 1_000_000)] = process.argv.slice(2);
const batch = 20_000;
const product = await StandaloneProcess.start();
try {
  for (let done = 0; done < Number(cases); done += batch) {
    const report = await fuzzIntake(product.ports.http, Math.min(batch, Number(cases) - done), Number(seed) + done);
    const odd = Object.keys(report.statuses).filter((status) => !/^(2|4)\d\d$|^0$/.test(status));
    process.stdout.write(`${done + report.cases} cases, seed ${Number(seed) + done}: ${JSON.stringify(report.statuses)}\n`);
    if (odd.length + report.malformed.length > 0 || product.child.exitCode !== null) {
      process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
      process.exitCode = 1;
      break;
    }
  }
} finally {
  await product.dispose();
}
