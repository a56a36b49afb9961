import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AssetFolder } from './asset-folder.ts';

describe('AssetFolder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'assets-'));
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(folder, 'page.css'), 'body { color: red }\n'.repeat(50));
    writeFileSync(join(folder, 'sub', 'main.js'), 'export const one = 1;');
    writeFileSync(join(folder, 'secret.key'), 'not served');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const open = () => new AssetFolder('/a/', folder);

  it('gives a file its type and a gzip variant that inflates to it', () => {
    const { asset } = open().find('page.css')!;
    expect(asset.type).toBe('text/css; charset=utf-8');
    expect(gunzipSync(asset.gzip!)).toEqual(asset.body);
  });

  it('keeps no gzip variant where that is not smaller', () => {
    expect(open().find('sub/main.js')?.asset.gzip).toBeUndefined();
  });

  it('does not know files of other types, nor paths outside', () => {
    const assets = open();
    expect(assets.find('secret.key')).toBeUndefined();
    expect(assets.find('../asset-folder.ts')).toBeUndefined();
    expect(assets.find('sub')).toBeUndefined();
  });

  it('serves a file under its version, and tells it from an old one', () => {
    const assets = open();
    expect(assets.find(`~${assets.version}/sub/main.js`)?.current).toBe(true);
    expect(assets.find('~0123456789/sub/main.js')?.current).toBe(false);
    expect(assets.find('sub/main.js')?.current).toBe(false);
  });

  it('has another version when any file changes', () => {
    const before = open().version;
    writeFileSync(join(folder, 'sub', 'main.js'), 'export const one = 2;');
    expect(open().version).not.toBe(before);
  });

  it('points the references of a page at its version', () => {
    const assets = open();
    expect(assets.stamp('<link href="/a/page.css"><a href="/about">')).toBe(
      `<link href="/a/~${assets.version}/page.css"><a href="/about">`,
    );
  });

  it('is empty where the folder is missing', () => {
    expect(new AssetFolder('/a/', join(folder, 'absent')).find('page.css')).toBeUndefined();
  });
});
