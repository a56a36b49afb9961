// Completes package-lock.json with the optional builds for other platforms that a registry mirror without them made npm
// leave out; `npm ci` refuses a lock file with such gaps everywhere. `--check` only says what is missing.
// What is added has no integrity hash: the machine that wrote the lock could not see the package.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const lockFile = fileURLToPath(new URL('../package-lock.json', import.meta.url));
const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const processors = ['arm64', 'arm', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'x64'];

const lock = JSON.parse(readFileSync(lockFile, 'utf8'));
const missing = missingBuilds(lock.packages);
if (process.argv.includes('--check')) {
  for (const { place, owner } of missing) console.log(`package-lock.json: ${place} is missing (an optional build of ${owner})`);
  if (missing.length > 0) console.log('Run `node scripts/complete-lock.mjs`.');
  process.exitCode = missing.length > 0 ? 1 : 0;
} else if (missing.length > 0) {
  for (const { place, entry } of missing) lock.packages[place] = entry;
  const byPlace = ([a], [b]) => a.localeCompare(b, 'en');
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(byPlace));
  writeFileSync(lockFile, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`package-lock.json: ${missing.length} optional builds added.`);
}

function missingBuilds(packages) {
  return Object.entries(packages).flatMap(([owner, { optionalDependencies = {}, dev }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !isInstalledFor(owner, name, packages))
      .map(([name, version]) => ({ owner, place: `node_modules/${name}`, entry: buildEntry(name, version, dev) })),
  );
}

/** npm looks for a dependency beside its owner, then in each folder above. */
function isInstalledFor(owner, name, packages) {
  for (let folder = owner; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
    if (packages[folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`]) return true;
    if (folder === '') return false;
  }
}

function buildEntry(name, version, dev) {
  const words = name.split('/').at(-1).split(/[-.]/);
  const os = systems.find((system) => words.includes(system));
  const cpu = processors.find((processor) => words.includes(processor));
  if (!/^\d+\.\d+\.\d+[\w.-]*$/.test(version) || !os || !cpu) {
    throw new Error(`${name}@${version} is missing from package-lock.json and is no build for one platform; add it by npm install.`);
  }
  const libc = os === 'linux' && words.some((word) => word.startsWith('musl')) ? 'musl' : 'glibc';
  return { version, cpu: [cpu], ...(dev && { dev }), ...(os === 'linux' && { libc: [libc] }), optional: true, os: [os] };
}
