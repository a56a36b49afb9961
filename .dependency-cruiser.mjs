const verbs = '(?:ingest|probe|detect|alert|report)';
/** The rules are about product code; tests may use anything. */
const tests = String.raw`\.(?:spec|contract|e2e)\.tsx?$`;

/** Scripts that no script imports, because a page loads them. */
const loadedByPages = '^apps/standalone/demo/assets/';

/** Matches packages wherever npm put them, and by their bare names where they are not installed. */
const packages = (...names) => `(?:^|node_modules/)(?:${names.join('|')})(?:/|$)`;

/** Who may import whom. Each rule has a tree in test/fixtures/boundaries that breaks it and nothing else. */
const rules = [
  {
    name: 'an-app-never-imports-an-app',
    comment: 'Apps compose libs; what two apps share belongs into a lib.',
    from: { path: '^apps/([^/]+)/', pathNot: tests },
    to: { path: '^apps/', pathNot: '^apps/$1/' },
  },
  {
    name: 'a-lib-never-imports-an-app',
    comment: 'Libs are the parts; apps put them together.',
    from: { path: '^libs/', pathNot: tests },
    to: { path: '^apps/' },
  },
  {
    name: 'verbs-never-import-each-other',
    comment: 'ingest, probe, detect, alert and report meet on the stream and in the warehouse.',
    from: { path: `^libs/(${verbs})/`, pathNot: tests },
    to: { path: `^libs/${verbs}/`, pathNot: '^libs/$1/' },
  },
  {
    name: 'platform-knows-no-product',
    comment: 'platform knows bytes, rows and jobs; of the house it may use the words in contracts.',
    from: { path: '^libs/platform/', pathNot: tests },
    to: { path: '^libs/', pathNot: ['^libs/platform/', '^libs/contracts/'] },
  },
  {
    name: 'contracts-import-the-schema-library-only',
    comment: 'The words of the house are pure: zod, and nothing of Node or the house.',
    from: { path: '^libs/contracts/', pathNot: tests },
    to: { pathNot: ['^libs/contracts/', packages('zod')] },
  },
  {
    name: 'sdks-stand-alone',
    comment: 'An SDK is a package in other people’s programs; nothing of the house comes with it.',
    from: { path: '^libs/(sdk-[^/]+)/', pathNot: tests },
    to: { path: '^(?:apps|libs)/', pathNot: '^libs/$1/' },
  },
  {
    name: 'budgets-bundle-pure-code',
    comment:
      'A package in other people’s programs, wherever they run: the words and the detector of the house are bundled into it, and nothing else.',
    from: { path: '^libs/budgets/src/', pathNot: tests },
    to: { pathNot: ['^libs/budgets/', '^libs/contracts/', '^libs/detect/src/bundled[.]ts$'] },
  },
  {
    name: 'dashboard-knows-contracts-only',
    comment: 'The dashboard talks to the api over HTTP and shares nothing with it but the words.',
    from: { path: '^apps/dashboard/', pathNot: tests },
    to: { path: '^libs/', pathNot: '^libs/contracts/' },
  },
  {
    name: 'vendor-clients-live-in-platform',
    comment: 'Everyone else uses the ports.',
    from: { path: '^(?:apps|libs)/', pathNot: ['^libs/platform/', tests] },
    to: { path: packages('kafkajs', 'bullmq', 'ioredis', '@clickhouse/[^/]+', 'chdb', '@chdb/[^/]+') },
  },
  {
    name: 'lighthouse-lives-in-probe',
    comment: 'Only probe runs browsers.',
    from: { path: '^(?:apps|libs)/', pathNot: ['^libs/probe/', tests] },
    to: { path: packages('lighthouse', '@lhci/[^/]+') },
  },
  {
    name: 'datadog-lives-in-the-bridges',
    comment:
      'Only the SDK files that bridge to Datadog know its packages: in the browser one file, on the server those whose paths say so.',
    from: {
      path: '^(?:apps|libs)/',
      pathNot: ['^libs/sdk-browser/src/bridges/datadog-bridge[.]ts$', '^libs/sdk-node/(?:src/.*datadog|testing/)', tests],
    },
    to: { path: packages('@datadog/[^/]+', 'dd-trace') },
  },
  {
    name: 'opentelemetry-lives-in-its-bridge',
    comment: 'Only the SDK file that bridges to OpenTelemetry knows its packages; its path says so.',
    from: { path: '^libs/sdk-', pathNot: ['^libs/sdk-node/(?:src/.*opentelemetry|testing/)', tests] },
    to: { path: packages('@opentelemetry/[^/]+') },
  },
  {
    name: 'a-lib-is-entered-by-its-index',
    comment: 'What stands behind the index may change without notice.',
    from: { path: '^(?:apps|libs)/([^/]+)/', pathNot: tests },
    to: { path: '^libs/', pathNot: ['^libs/$1/', '^libs/[^/]+/src/(?:index|bundled)[.]ts$'] },
  },
  {
    name: 'a-lib-is-entered-by-its-name',
    comment:
      'Import #platform, not ../../platform/src/index.ts: only the name leads to dist where Node runs it. What is bundled is not run there.',
    from: { path: '^(?:apps|libs)/([^/]+)/', pathNot: ['^libs/budgets/', tests] },
    to: {
      path: '^libs/[^/]+/src/index[.]ts$',
      pathNot: '^libs/$1/',
      dependencyTypesNot: ['aliased-subpath-import', 'aliased-workspace'],
    },
  },
  {
    name: 'product-code-never-imports-tests',
    comment: 'Test files are not built, and they may break every other rule.',
    from: { path: '^(?:apps|libs)/', pathNot: tests },
    to: { path: ['^(?:test|bench)/', tests] },
  },
  {
    name: 'no-cycles',
    comment: 'Files that need each other are one thing in two places.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no-orphans',
    comment: 'A file that imports nothing and that nothing imports is forgotten.',
    from: { orphan: true, pathNot: [tests, String.raw`\.d\.m?ts$`, loadedByPages] },
    to: {},
  },
];

export default {
  forbidden: rules.map((rule) => ({ severity: 'error', ...rule })),
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^dist/', '^libs/[^/]+/dist/', '^test/fixtures/', '^bench/peers/'] },
    /** Imports of types count: they bind two parts together as much as any other. */
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.d.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
