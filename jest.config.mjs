const transform = { '^.+\\.ts$': ['@swc/jest', {}] };
const shared = {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'import', 'default'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform,
  injectGlobals: false,
};

/** Two suites: `unit` beside the code, `e2e` with real processes, engine and browser, one at a time. */
export default {
  testTimeout: 60_000,
  projects: [
    { ...shared, displayName: 'unit', roots: ['<rootDir>/libs', '<rootDir>/apps'], testMatch: ['**/*.spec.ts'] },
    { ...shared, displayName: 'e2e', roots: ['<rootDir>/test'], testMatch: ['**/*.e2e.ts'] },
  ],
};
