import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the tests need from the machine, and how to get it. */
const parts = [
  {
    name: 'Chromium',
    file: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    install: 'apt-get install chromium (or set CHROMIUM_PATH)',
  },
  { name: 'Redis', file: '/usr/bin/redis-server', install: 'apt-get install redis-server' },
  { name: 'OpenSSL', file: '/usr/bin/openssl', install: 'apt-get install openssl' },
  { name: 'PostgreSQL', file: postgres(), install: 'apt-get install postgresql' },
  { name: 'Java', file: javaPath(), install: 'apt-get install openjdk-17-jre-headless maven' },
  { name: 'Kafka', file: kafkaJars(), install: 'npm run provision' },
];

/** Stops the run before the first test: a missing part is an error, never a silent skip. */
export default function checkNeededParts() {
  const missing = parts.filter(({ file }) => !isThere(file));
  if (missing.length === 0) return;
  const lines = missing.map(({ name, file, install }) => `  ${name} is missing (looked for ${file}). Get it with: ${install}`);
  throw new Error(`The tests cannot run on this machine.\n${lines.join('\n')}`);
}

function postgres() {
  const folder = '/usr/lib/postgresql';
  const [version] = existsSync(folder) ? readdirSync(folder) : [];
  return join(folder, version ?? '*', 'bin/postgres');
}

function javaPath() {
  const places = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'java'));
  return places.find((place) => existsSync(place)) ?? 'java on the PATH';
}

function kafkaJars() {
  const folder = fileURLToPath(new URL('../infra/native/kafka', import.meta.url));
  const [jar] = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith('kafka-server-')) : [];
  return join(folder, jar ?? 'kafka-server-*.jar');
}

function isThere(file) {
  try {
    accessSync(file, file.endsWith('.jar') ? constants.R_OK : constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
