import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildBrowserSdk } from '../build.mjs';

const dist = join(dirname(fileURLToPath(import.meta.url)), '../dist');
const root = join(dist, '../../..');
const scripts: Record<string, string> = {
  '/beaconhouse.js': join(dist, 'beaconhouse.js'),
  '/beaconhouse.iife.js': join(dist, 'beaconhouse.iife.js'),
  '/ext-apps.js': join(root, 'node_modules/@modelcontextprotocol/ext-apps/dist/src/app-with-deps.js'),
};

interface SitePage {
  html: string;
  headers?: Record<string, string>;
}

/** Serves the built SDK and the pages of a test, on an origin of its own. */
export class WidgetSite {
  /** Pages by path; a function's answer is made at each request. */
  readonly pages = new Map<string, SitePage>();
  private server: Server | undefined;
  private port = 0;

  async start(): Promise<void> {
    await buildBrowserSdk();
    this.server = createServer((request, response) => void this.answer(request, response));
    await new Promise<void>((resolve) => this.server?.listen(0, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?')[0] as string;
    const page = this.pages.get(path);
    const script = scripts[path];
    if (script) {
      // Any origin: a widget's frame may have none.
      response.writeHead(200, { 'content-type': 'text/javascript', 'access-control-allow-origin': '*' });
      response.end(await readFile(script));
    } else if (page) response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...page.headers }).end(page.html);
    else response.writeHead(404).end();
  }

  /** Another name of the same machine than the intake's, so that every beacon crosses origins. */
  get origin(): string {
    return `http://localhost:${this.port}`;
  }

  /** Stores a page and answers its address. */
  page(path: string, html: string, headers: Record<string, string> = {}): string {
    this.pages.set(path, { html: `<!doctype html><meta charset="utf-8">${html}`, headers });
    return this.origin + path;
  }

  /** The two script tags that start the SDK in a page. */
  sdk(config: object): string {
    return `<script src="${this.origin}/beaconhouse.iife.js"></script><script>beaconhouse.initializeRUM(${JSON.stringify(config)})</script>`;
  }
}

/** Waits until a condition holds; a test that waits in vain fails with what it waited for. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, patience = 15_000): Promise<void> {
  const end = Date.now() + patience;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
