import tseslint from 'typescript-eslint';

const environmentFile = 'libs/platform/src/config/environment.ts';
const clockFile = 'libs/platform/src/clock/system-clock.ts';
/** Not ours to rule: these run in a browser or in other people's programs, which have no environment and no clock of ours. */
const foreignCode = ['libs/sdk-browser/**', 'libs/sdk-node/**', 'libs/budgets/**', 'apps/dashboard/**', 'apps/standalone/demo/**'];
const tests = ['**/*.spec.ts', '**/*.contract.ts'];
const product = ['apps/**/*.ts', 'libs/**/*.ts'];

const environmentMessage = `The environment is read in ${environmentFile} only; take the value from there.`;
const clockMessage = `The time is read in ${clockFile} only; ask the Clock, or take \`now\` as an argument.`;

const environmentProperties = [{ object: 'process', property: 'env', message: environmentMessage }];
const clockProperties = [
  { object: 'Date', property: 'now', message: clockMessage },
  { object: 'performance', property: 'now', message: clockMessage },
  { object: 'performance', property: 'timeOrigin', message: clockMessage },
  { object: 'process', property: 'hrtime', message: clockMessage },
];
const environmentImports = ['process', 'node:process'].map((name) => ({ name, importNames: ['env'], message: environmentMessage }));
const clockImports = ['process', 'node:process'].map((name) => ({ name, importNames: ['hrtime'], message: clockMessage }));
const clockSyntax = [
  { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: clockMessage },
  { selector: 'CallExpression[callee.name="Date"]', message: clockMessage },
];

/** Biome looks after style and common mistakes. Here stand the rules that need types, the sizes, and the two that name one file. */
export default [
  { ignores: ['**/dist/**', 'test/fixtures/**'] },
  { linterOptions: { noInlineConfig: true } },
  {
    files: ['{apps,libs,test,bench}/**/*.{ts,tsx}'],
    languageOptions: { parser: tseslint.parser, parserOptions: { projectService: true } },
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  {
    files: product,
    ignores: tests,
    rules: {
      'max-lines': ['error', 300],
      'max-lines-per-function': ['error', { max: 50, skipComments: true, skipBlankLines: true }],
    },
  },
  {
    files: product,
    ignores: [...foreignCode, ...tests],
    rules: {
      'no-restricted-properties': ['error', ...environmentProperties, ...clockProperties],
      'no-restricted-imports': ['error', { paths: [...environmentImports, ...clockImports] }],
      'no-restricted-syntax': ['error', ...clockSyntax],
    },
  },
  { files: [environmentFile], rules: { 'no-restricted-properties': ['error', ...clockProperties] } },
  {
    files: [clockFile],
    rules: { 'no-restricted-properties': ['error', ...environmentProperties], 'no-restricted-syntax': 'off' },
  },
];
