// Bundles the package as one file for Node: dist/node.js (ESM), which needs nothing but Node, and uses @opentelemetry/api where the app has it.
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

/** `dir` is where it goes, dist/ unless a test wants its own. */
export async function buildNodeSdk(dir = join(here, 'dist')) {
  const { build } = await import('esbuild');
  mkdirSync(dir, { recursive: true });
  await build({
    entryPoints: { node: join(here, 'src/index.ts') },
    outdir: dir,
    bundle: true,
    // Names and lines stay readable: it runs on servers, whose people read stacks.
    minifySyntax: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    tsconfigRaw: {},
    logLevel: 'warning',
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildNodeSdk();
