// Bundles the SDK for browsers: dist/beaconhouse.js (ESM) and dist/beaconhouse.iife.js (global `beaconhouse`).
// Does nothing when the outputs are newer than everything they are made of: it runs at every start of the house.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const manifest = join(here, 'package.json');
const outputs = { esm: 'beaconhouse.js', iife: 'beaconhouse.iife.js' };

const changedAt = (file) => (existsSync(file) ? statSync(file).mtimeMs : 0);

function newestInput() {
  const sources = readdirSync(join(here, 'src'), { recursive: true }).map((name) => join(here, 'src', name));
  return Math.max(...[...sources, manifest, fileURLToPath(import.meta.url)].map(changedAt));
}

/** Builds both formats when a source changed. `dir` is where they go, dist/ unless a test wants its own. */
export async function buildBrowserSdk(dir = join(here, 'dist')) {
  const oldestOutput = Math.min(...Object.values(outputs).map((name) => changedAt(join(dir, name))));
  if (oldestOutput > newestInput()) return;
  const { build } = await import('esbuild');
  const { version } = JSON.parse(readFileSync(manifest, 'utf8'));
  await Promise.all(
    Object.entries(outputs).map(([format, name]) =>
      build({
        entryPoints: [join(here, 'src/index.ts')],
        outfile: join(dir, name),
        bundle: true,
        minify: true,
        format,
        globalName: 'beaconhouse',
        target: 'es2022',
        // Names that start with an underscore are ours alone (and web-vitals' own); public ones never do.
        mangleProps: /^_[a-z]/,
        // The one name of the wire that looks like ours.
        reserveProps: /^_meta$/,
        define: { SDK_VERSION: JSON.stringify(version) },
        legalComments: 'none',
        logLevel: 'warning',
        // A folder of its own configuration would otherwise bring decorators and the like.
        tsconfigRaw: {},
      }),
    ),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildBrowserSdk();
