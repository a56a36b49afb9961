// Bundles the SDK for browsers: dist/beaconhouse.js (ESM) and dist/beaconhouse.iife.js (global `beaconhouse`), dist/datadog.js
// (ESM, the same with Datadog's SDK beside it, which the app installs), and dist/widget-csp.js for the server that describes the widget.
// Does nothing when the outputs are newer than everything they are made of: it runs at every start of the house.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const manifest = join(here, 'package.json');
const bundles = [
  { entry: 'index.ts', name: 'beaconhouse.js', format: 'esm' },
  { entry: 'iife.ts', name: 'beaconhouse.iife.js', format: 'iife' },
  { entry: 'datadog.ts', name: 'datadog.js', format: 'esm', external: ['@datadog/*'], tellsCalls: true },
  { entry: 'widget-csp.ts', name: 'widget-csp.js', format: 'esm' },
];

/** Names that never leave the bundle: ours and web-vitals' with an underscore, and what web-vitals and we tell each other. */
const internalNames =
  /^_[a-z]|^(reportAllChanges|reportSoftNavs|firstHiddenTime|onHidden|navigationInteractionId|navigationURL|navigationStartTime)$/;

/**
 * web-vitals is taken as its modules, so that its internal names can be shortened with ours. Its substitute for
 * `performance.interactionCount` is left out: only Chromium of before 2026 measures INP without having the count, and there
 * a page of more than 50 interactions reports its slowest one instead of the 98th percentile.
 */
const webVitalsModules = {
  name: 'web-vitals-modules',
  setup(build) {
    const folder = join(dirname(createRequire(manifest).resolve('web-vitals')), 'modules');
    build.onResolve({ filter: /^web-vitals$/ }, () => ({ path: join(folder, 'index.js') }));
    build.onLoad({ filter: /interactionCountPolyfill\.js$/ }, () => ({
      contents:
        'export const getInteractionCount = () => performance.interactionCount ?? 0; export const initInteractionCountPolyfill = () => {};',
    }));
  },
};

const changedAt = (file) => (existsSync(file) ? statSync(file).mtimeMs : 0);

function newestInput() {
  const sources = readdirSync(join(here, 'src'), { recursive: true }).filter((name) => /(?<!\.spec)\.ts$/.test(name));
  return Math.max(...[...sources.map((name) => join(here, 'src', name)), manifest, fileURLToPath(import.meta.url)].map(changedAt));
}

/** Builds them when a source changed. `dir` is where they go, dist/ unless a test wants its own. */
export async function buildBrowserSdk(dir = join(here, 'dist')) {
  const oldestOutput = Math.min(...bundles.map(({ name }) => changedAt(join(dir, name))));
  if (oldestOutput > newestInput()) return;
  const [esbuild, swc] = await Promise.all([import('esbuild'), import('@swc/core')]);
  const { version } = JSON.parse(readFileSync(manifest, 'utf8'));
  mkdirSync(dir, { recursive: true });
  await Promise.all(
    bundles.map(async ({ entry, name, format, external = [], tellsCalls = false }) => {
      const bundled = await esbuild.build({
        entryPoints: [join(here, 'src', entry)],
        bundle: true,
        minify: true,
        write: false,
        format,
        external,
        target: 'es2022',
        mangleProps: internalNames,
        // The one name of the wire that looks like ours.
        reserveProps: /^_meta$/,
        define: { SDK_VERSION: JSON.stringify(version), TELLS_CALLS: String(tellsCalls) },
        plugins: [webVitalsModules],
        tsconfigRaw: {},
        logLevel: 'warning',
      });
      // A second minifier: together they are a twentieth smaller than either alone.
      const { code } = await swc.minify(bundled.outputFiles[0].text, {
        module: format === 'esm',
        ecma: 2022,
        compress: { passes: 4, unsafe: true, unsafe_arrows: true, pure_getters: true, toplevel: true, sequences: false },
        mangle: { toplevel: true },
      });
      writeFileSync(join(dir, name), code);
    }),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildBrowserSdk();
