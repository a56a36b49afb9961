import jestRunner from 'jest-runner';

const TestRunner = jestRunner.default ?? jestRunner;

/** Scenarios share the machine's cores, ports and browser: one worker, tests in the order they are written. */
export default class OneAtATimeRunner extends TestRunner {
  constructor(globalConfig, context) {
    super({ ...globalConfig, maxWorkers: 1, randomize: false }, context);
  }
}
