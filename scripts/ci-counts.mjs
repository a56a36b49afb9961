// Prints `passed failed skipped` of a report: jest's (`--json --outputFile`) or that of scripts/check.mjs.
import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const counts =
  'numTotalTests' in report
    ? [
        report.numPassedTests,
        // A test file that could not be loaded ran none of its tests: it counts as one that failed.
        report.numFailedTests + report.numRuntimeErrorTestSuites,
        report.numPendingTests + report.numTodoTests,
      ]
    : [report.passed, report.failed, 0];
console.log(counts.join(' '));
