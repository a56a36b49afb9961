import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Paths of PEM files. */
export interface ServerCertificate {
  readonly key: string;
  /** Also what clients have to trust. */
  readonly certificate: string;
  /** Both in one file. */
  readonly bundle: string;
}

const run = promisify(execFile);

/** A certificate for 127.0.0.1 that nobody trusts who was not given it. Good for two days. */
export async function makeServerCertificate(dir: string, name: string): Promise<ServerCertificate> {
  const [key, certificate, bundle] = [join(dir, `${name}.key`), join(dir, `${name}.crt`), join(dir, `${name}.pem`)];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
  await run('openssl', ['req', ...kind, ...subject, '-keyout', key, '-out', certificate]);
  await writeFile(bundle, `${await readFile(key, 'utf8')}${await readFile(certificate, 'utf8')}`);
  return { key, certificate, bundle };
}
