import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';

export interface Asset {
  readonly type: string;
  readonly body: Buffer;
  /** Absent where compressing does not pay. */
  readonly gzip: Buffer | undefined;
  /** Strong validator, quotes included. */
  readonly etag: string;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.cjs': 'text/javascript; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ts': 'text/plain; charset=utf-8',
};

/** Files are small and fixed at build time; a folder beyond this is a mistake, not a web page. */
const largestFolderBytes = 8 * 1024 * 1024;

export function assetOf(body: Buffer, type: string): Asset {
  const zipped = gzipSync(body, { level: 9 });
  return {
    type,
    body,
    gzip: zipped.length < body.length * 0.9 ? zipped : undefined,
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
  };
}

/**
 * The files of a folder, read once and kept in memory. `version` changes when any of them does, so that pages can name
 * `<prefix>~<version>/<file>` and browsers may keep the file for a year; relative imports stay inside that version.
 */
export class AssetFolder {
  readonly version: string;
  readonly #files = new Map<string, Asset>();

  constructor(
    /** Address the folder is served under, with slashes at both ends. */
    readonly prefix: string,
    folder: string | undefined,
  ) {
    const digest = createHash('sha256');
    for (const { name, asset } of readFolder(folder)) {
      this.#files.set(name, asset);
      digest.update(`${name}\n${asset.etag}\n`);
    }
    this.version = digest.digest('hex').slice(0, 10);
  }

  /** `path` is relative to the prefix. `current`: it names today's version, so the answer can never change. */
  find(path: string): { asset: Asset; current: boolean } | undefined {
    const [, version, name] = /^~([0-9a-f]{10})\/(.+)$/.exec(path) ?? [undefined, undefined, path];
    const asset = this.#files.get(name ?? path);
    return asset && { asset, current: version === this.version };
  }

  /** Points the references of a page at this version of the folder. */
  stamp(html: string): string {
    return html.replaceAll(`="${this.prefix}`, `="${this.prefix}~${this.version}/`);
  }
}

function* readFolder(folder: string | undefined): Generator<{ name: string; asset: Asset }> {
  if (folder === undefined || !existsSync(folder)) return;
  let bytes = 0;
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const path of paths.sort()) {
    const type = types[extname(path)];
    if (type === undefined) continue;
    const body = readFileSync(path);
    bytes += body.length;
    if (bytes > largestFolderBytes) throw new Error(`${folder} holds more than ${largestFolderBytes} bytes`);
    yield { name: relative(folder, path).split(sep).join('/'), asset: assetOf(body, type) };
  }
}
