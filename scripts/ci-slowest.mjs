// Prints the test files of a jest report (`--json --outputFile`) that took longest, in seconds, and how long all took one by one.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

const { testResults } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const took = testResults.map(({ name, startTime, endTime }) => ({ file: relative('.', name), seconds: (endTime - startTime) / 1_000 }));
took.sort((a, b) => b.seconds - a.seconds);
const line = (seconds, text) => console.log(`${seconds.toFixed(1).padStart(8)} s  ${text}`);
for (const { file, seconds } of took.slice(0, 40)) line(seconds, file);
line(
  took.reduce((sum, { seconds }) => sum + seconds, 0),
  `all ${took.length} files`,
);
