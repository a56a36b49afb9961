/** Node reads .js, jest the source itself: relative imports keep their .ts here. */
const transform = { '^.+\\.ts$': ['@swc/jest', { jsc: { rewriteRelativeImportExtensions: false } }] };
const shared = {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'import', 'default'] },
  // The CommonJS builds of bullmq and pg ask for them, and jest would give them the ES modules.
  moduleNameMapper: {
    '^tslib$': '<rootDir>/node_modules/tslib/tslib.js',
    '^pg-(pool|connection-string)$': '<rootDir>/node_modules/pg-$1/index.js',
    '^pg-protocol$': '<rootDir>/node_modules/pg-protocol/dist/index.js',
  },
  extensionsToTreatAsEsm: ['.ts'],
  transform,
  injectGlobals: false,
  testPathIgnorePatterns: ['/node_modules/', '/test/fixtures/'],
};

/** Two suites: `unit` beside the code, two files at a time and in random order; `e2e` with real processes, engine and browser, one at a time. */
export default {
  testTimeout: 60_000,
  maxWorkers: 2,
  randomize: true,
  /** A busy machine is not a leak. */
  workerGracefulExitTimeout: 5_000,
  projects: [
    {
      ...shared,
      displayName: 'unit',
      roots: ['<rootDir>/libs', '<rootDir>/apps', '<rootDir>/test'],
      testMatch: ['**/*.spec.ts'],
      globalSetup: '<rootDir>/test/needed-parts.mjs',
    },
    {
      ...shared,
      displayName: 'e2e',
      roots: ['<rootDir>/test'],
      testMatch: ['**/*.e2e.ts'],
      runner: '<rootDir>/test/one-at-a-time-runner.mjs',
      globalSetup: '<rootDir>/test/needed-parts.mjs',
    },
  ],
};
