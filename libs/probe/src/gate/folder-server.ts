import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, relative, resolve, sep } from 'node:path';
import type { FolderPlan } from '../lighthouserc/collect-section.ts';
import { ServerNotReady } from './server-process.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

/** The pages of `staticDistDir`, on this machine only. */
export class FolderServer {
  private constructor(
    private readonly server: Server,
    private readonly folder: string,
    private readonly plan: FolderPlan,
  ) {}

  static async start(plan: FolderPlan, within: string): Promise<FolderServer> {
    const folder = resolve(within, plan.path);
    const server = createServer((request, response) => {
      void fileFor(folder, request.url ?? '/', plan.isSinglePage).then((path) => {
        if (path === undefined) return response.writeHead(404, { 'content-type': 'text/plain' }).end('there is no such file');
        response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' });
        return createReadStream(path)
          .on('error', () => response.destroy())
          .pipe(response);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FolderServer(server, folder, plan);
  }

  /**
   * Addresses as they are served: those that are written, else the pages of the folder, the upper ones first. Throws ServerNotReady where there is none:
   * of nothing every budget is kept.
   */
  async addresses(written: readonly string[]): Promise<string[]> {
    const base = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    const paths = written.length > 0 ? written.map(pathOf) : await this.#pages();
    if (paths.length === 0)
      throw new ServerNotReady(`there is nothing to measure: no page in ${this.folder} that is not in autodiscoverUrlBlocklist`);
    return paths.map((path) => new URL(path, base).href);
  }

  async #pages(): Promise<string[]> {
    const blocked = new Set(this.plan.blocked.map((address) => safeDecoded(new URL(address, 'http://localhost').pathname)));
    const entries = await readdir(this.folder, { recursive: true });
    const pages = entries.filter((name) => {
      const parts = name.split(sep);
      return name.endsWith('.html') && parts.length <= this.plan.depth + 1 && !blocked.has(`/${parts.join('/')}`);
    });
    const byDepth = pages.toSorted((one, other) => one.split(sep).length - other.split(sep).length || one.localeCompare(other));
    return byDepth.slice(0, this.plan.mostUrls).map((name) => `/${name.split(sep).map(encodeURIComponent).join('/')}`);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

function pathOf(address: string): string {
  const { pathname, search } = new URL(address, 'http://localhost');
  return pathname + search;
}

async function fileFor(folder: string, url: string, isSinglePage: boolean): Promise<string | undefined> {
  const path = resolve(folder, `.${safeDecoded(new URL(url, 'http://localhost').pathname)}`);
  const outside = relative(folder, path).startsWith('..');
  const candidates = outside ? [] : [path, join(path, 'index.html'), `${path}.html`];
  for (const candidate of [...candidates, ...(isSinglePage ? [join(folder, 'index.html')] : [])]) {
    const found = await stat(candidate).catch(() => undefined);
    if (found?.isFile()) return candidate;
  }
  return undefined;
}

function safeDecoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
