import jestRunner from 'jest-runner';

const TestRunner = jestRunner.default ?? jestRunner;

/** Hardly does anything but wait for real minutes to be over: the others need not wait for it too. */
const mostlyWaits = ({ path }) => path.endsWith('/alerts.e2e.ts');

/** Scenarios share the machine's cores, ports and browser: one at a time, tests in the order they are written. */
export default class OneAtATimeRunner extends TestRunner {
  constructor(globalConfig, context) {
    super({ ...globalConfig, maxWorkers: 1, randomize: false }, context);
  }

  async runTests(tests, watcher, options) {
    const lanes = [tests.filter(mostlyWaits), tests.filter((test) => !mostlyWaits(test))];
    // Each has a process of its own; in the only one there is where jest runs in band, they come one after the other.
    if (options.serial) return super.runTests(tests, watcher, options);
    await Promise.all(lanes.filter(({ length }) => length > 0).map((lane) => super.runTests(lane, watcher, options)));
  }
}
