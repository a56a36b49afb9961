import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunPlan } from './run-plan.ts';

const page = (body: string) =>
  `<!doctype html><html lang="en"><head><title>Page</title><meta name="viewport" content="width=device-width"></head><body>${body}</body></html>`;

/** The guide's class search: an answer after a moment, in place. */
const classSearch =
  page(`<h1>Classes</h1><input id="search-input" aria-label="Search"><button id="search-button">Search</button><div id="out"></div>
<script>
const out = document.getElementById('out');
const later = (html) => setTimeout(() => { out.innerHTML = html; }, 20);
document.getElementById('search-button').onclick = () => {
  const query = document.getElementById('search-input').value;
  later('<div class="class-results"><div class="class-card">' + query + ' <button class="book-button">Book</button></div></div>');
};
out.onclick = (event) => { if (event.target.matches('.book-button')) later('<div class="booking-confirmation">Booked</div>'); };
</script>`);

/** Pages of a server on the loopback, and everything that it was asked. */
export class LocalPages {
  readonly asked: IncomingMessage[] = [];

  private constructor(
    private readonly server: Server,
    /** Host and port. */
    readonly host: string,
  ) {}

  static async serve(elsewhere = ''): Promise<LocalPages> {
    const server = createServer((request, response) => {
      pages.asked.push(request);
      const path = request.url!.split('?')[0]!;
      if (path === '/hanging') return;
      if (path === '/leads-away') response.writeHead(302, { location: `${elsewhere}/` });
      else if (path === '/missing') response.writeHead(404, { 'content-type': 'text/html' });
      else response.writeHead(200, { 'content-type': 'text/html' });
      response.end(
        path === '/class-search'
          ? classSearch
          : page(`<h1>${path}</h1><p>${request.headers['x-token'] ?? ''}</p><img src="${elsewhere}/a.png">`),
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const pages = new LocalPages(server, `127.0.0.1:${(server.address() as AddressInfo).port}`);
    return pages;
  }

  at(path: string): string {
    return `http://${this.host}${path}`;
  }

  /** A plan for as little work as a run can be. */
  plan(path: string, changes: Partial<RunPlan> = {}): RunPlan {
    return {
      url: this.at(path),
      settings: { formFactor: 'desktop', onlyAudits: ['server-response-time', 'largest-contentful-paint'] },
      browser: { path: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium', args: [], sandbox: false },
      allowedHosts: [this.host],
      limitMs: 60_000,
      ...changes,
    };
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

/** A script in a package whose `.js` files are ES modules, as this one. */
export function scriptFile(source: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'beaconhouse-script-'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'script.js'), source);
  return join(folder, 'script.js');
}
