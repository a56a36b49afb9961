// Bundles the package with the words of the house that it uses: dist/budgets.js and dist/regressions.js (ESM), for Node and browsers alike.
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const house = ['contracts', 'detect'].map((lib) => join(here, '..', lib, 'src'));

/** Modules of the house that nothing is used of stay out, and the schema library with them. */
const onlyWhatIsUsed = {
  name: 'only-what-is-used',
  setup(build) {
    build.onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
      const file = join(resolveDir, path);
      return house.some((lib) => file.startsWith(lib)) ? { path: file, sideEffects: false } : undefined;
    });
  },
};

/** `dir` is where it goes, dist/ unless a test wants its own. */
export async function buildBudgets(dir = join(here, 'dist')) {
  const { build } = await import('esbuild');
  mkdirSync(dir, { recursive: true });
  await build({
    entryPoints: { budgets: join(here, 'src/index.ts'), regressions: join(here, 'src/regressions.ts') },
    outdir: dir,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    plugins: [onlyWhatIsUsed],
    tsconfigRaw: {},
    logLevel: 'warning',
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildBudgets();
