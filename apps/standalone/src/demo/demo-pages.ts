import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Asset, AssetFolder, assetOf } from './static/asset-folder.ts';
import { repositoryFolder } from './static/repository-folder.ts';

/** The static side of the demo, read when it is made. */
export class DemoPages {
  readonly assets: AssetFolder;
  readonly sdk: AssetFolder;
  readonly #pages = new Map<string, Asset>();

  constructor(pagesFolder = repositoryFolder('apps/standalone/demo'), sdkFolder = repositoryFolder('libs/sdk-browser/dist')) {
    if (pagesFolder === undefined) throw new Error('the demo pages (apps/standalone/demo) are missing');
    this.assets = new AssetFolder('/demo/assets/', join(pagesFolder, 'assets'));
    this.sdk = new AssetFolder('/sdk/', sdkFolder);
    for (const name of pageNames(pagesFolder)) {
      const html = readFileSync(join(pagesFolder, `${name}.html`), 'utf8');
      this.#pages.set(name, assetOf(Buffer.from(this.sdk.stamp(this.assets.stamp(html))), 'text/html; charset=utf-8'));
    }
  }

  /** `index` or `widgets/<name>`. */
  page(name: string): Asset | undefined {
    return this.#pages.get(name);
  }
}

function pageNames(folder: string): string[] {
  const widgets = join(folder, 'widgets');
  const names = existsSync(widgets) ? readdirSync(widgets).map((file) => `widgets/${file}`) : [];
  return ['index.html', ...names].filter((name) => name.endsWith('.html')).map((name) => name.slice(0, -'.html'.length));
}
