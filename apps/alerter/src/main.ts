import { run } from '#platform';
import { logFindings } from './log-findings.ts';

await run({
  name: 'alerter',
  needs: { stream: true },
  modules: () => [],
  started: ({ platform, log }) => logFindings(platform.stream, log),
});
