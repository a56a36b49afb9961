// Exit code 0 when every app of this container is ready: `health.mjs 3` asks three of them, on BEACONHOUSE_PORT and the ports after it.
import process from 'node:process';

const count = Number(process.argv[2] ?? 1);
const firstPort = Number(process.env.BEACONHOUSE_PORT || 8080);
const patienceMs = 4_000;

await Promise.all(
  Array.from({ length: count }, async (_, index) => {
    const url = `http://127.0.0.1:${firstPort + index}/health/ready`;
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(patienceMs) });
      if (answer.ok) return;
      process.stderr.write(`${url}: ${answer.status} ${await answer.text()}\n`);
    } catch (error) {
      process.stderr.write(`${url}: ${error.cause?.message ?? error.message}\n`);
    }
    process.exitCode = 1;
  }),
);
