import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Reads a secret of the installation, or makes it the first time. Only the owner may read the file. */
export async function secretIn(dataDir: string, name: string, bytes = 32): Promise<Buffer> {
  const path = join(dataDir, name);
  const known = await readFile(path, 'utf8').catch(() => undefined);
  if (known !== undefined) return Buffer.from(known.trim(), 'hex');
  await mkdir(dataDir, { recursive: true });
  const secret = randomBytes(bytes);
  const file = await open(`${path}.new`, 'w', 0o600);
  await file.writeFile(`${secret.toString('hex')}\n`);
  await file.sync();
  await file.close();
  await rename(`${path}.new`, path);
  return secret;
}

/** Tells other processes which ports were taken. */
export async function writePorts(dataDir: string, ports: Readonly<Record<string, number>>): Promise<void> {
  const path = join(dataDir, 'ports.json');
  await writeFile(`${path}.new`, `${JSON.stringify(ports, null, 2)}\n`);
  await rename(`${path}.new`, path);
}
