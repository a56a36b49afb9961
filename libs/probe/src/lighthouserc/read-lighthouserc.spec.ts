import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import defaultConfig from 'lighthouse/core/config/default-config.js';
import { findLighthouserc } from './find-lighthouserc.ts';
import { goneAudits, knownAudits, knownCategories } from './known-audits.ts';
import { presetNames, presetOf } from './presets.ts';
import { LighthousercInvalid } from './rc-problem.ts';
import { readLighthouserc } from './read-lighthouserc.ts';

/** A part of Lighthouse CI's command. */
const fromLhci = createRequire(createRequire(import.meta.url).resolve('@lhci/cli/package.json'));
const fixtures = join(import.meta.dirname, '../../../../test/fixtures/lighthouserc');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lighthouserc-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function read(text: string, name = 'lighthouserc.yml', variables = {}) {
  const path = join(folder, name);
  await writeFile(path, text);
  return readLighthouserc(path, { folder, variables, allowScripts: true });
}

const problemsOf = (text: string, name?: string, variables?: object) =>
  read(text, name, variables).then(
    () => unreachable('it was read'),
    (error: LighthousercInvalid) => {
      expect(error).toBeInstanceOf(LighthousercInvalid);
      return error.problems.map((line) => line.replace(`${folder}/`, ''));
    },
  );
const unreachable = (what: string): never => {
  throw new Error(what);
};
const warningsOf = async (text: string) => (await read(text)).warnings.map((line) => line.replace(`${folder}/`, ''));

const collect = 'collect: { url: ["http://localhost/widget"] }';
const asserting = (assertions: string) =>
  `ci:\n  ${collect}\n  assert:\n    aggregationMethod: median\n    assertions:\n      ${assertions}\n`;

describe('a file as people write it', () => {
  const readGuide = () =>
    readLighthouserc(join(fixtures, 'as-people-write-it.yml'), {
      folder: fixtures,
      variables: { LHCI_SERVER_URL: 'http://lhci.example', LHCI_TOKEN: 'very-secret' },
      allowScripts: true,
    });

  it('loses no budget though assert stands twice', async () => {
    const { assertions, includePassed } = await readGuide();
    const [first, ...custom] = assertions;
    const written = first!.assertions.filter(({ ofPreset }) => !ofPreset);
    expect(written).toHaveLength(23);
    expect(written).toContainEqual({
      ...{ key: 'total-byte-weight', level: 'error', aggregationMethod: 'median' },
      bounds: { maxNumericValue: 512_000 },
    });
    expect(first!.assertions.find(({ key }) => key === 'csp-xss')).toMatchObject({ level: 'error', ofPreset: true });
    expect(includePassed).toBe(true);
    expect(custom).toEqual([
      { assertions: [expect.objectContaining({ label: 'widget-render-time', key: 'interactive', bounds: { maxNumericValue: 1_500 } })] },
      { assertions: [expect.objectContaining({ label: 'mcp-tool-response-size', bounds: { maxNumericValue: 16_384 } })] },
    ]);
  });

  it('is measured as it says, and its script is a user flow of the page that it opens', async () => {
    expect((await readGuide()).collect).toEqual({
      urls: ['fitness-booking', 'class-search', 'profile-update'].map((name) => `http://localhost:3000/widget-preview/${name}`),
      numberOfRuns: 5,
      settings: {
        formFactor: 'desktop',
        throttling: { rttMs: 40, throughputKbps: 10_240, cpuSlowdownMultiplier: 1 },
        screenEmulation: { mobile: false, width: 1_350, height: 940, deviceScaleFactor: 1, disabled: false },
      },
      chromeFlags: [],
      server: { command: 'npm run start:test', readyPattern: 'Server listening', readyTimeoutMs: 10_000 },
      flows: [{ script: join(fixtures, 'lighthouse/search-and-book.cjs'), url: 'http://localhost:3000/widget-preview/class-search' }],
    });
  });

  it('is told what is read otherwise, with lines and once each', async () => {
    const { warnings } = await readGuide();
    const said = warnings.map((line) => line.replace(/^.*as-people-write-it.yml/, ''));
    expect(said).toEqual([
      ': assert stands twice, in lines 24 and 55; what is under both is used',
      expect.stringMatching(/^:\d+: ci.assert: aggregationMethod is not written: the median of the runs counts/),
      ':42: ci.assert.assertions.dom-size: Lighthouse 13 no longer has dom-size: dom-size-insight is checked instead, its number of elements',
      expect.stringMatching(/^:45: .*no longer has uses-long-cache-ttl: cache-insight is checked instead, its score$/),
      ...['uses-optimized-images', 'modern-image-formats', 'uses-responsive-images'].map((id) =>
        expect.stringContaining(`${id}: image-delivery-insight is checked instead`),
      ),
    ]);
  });
});

describe('where a configuration is', () => {
  it('is found by the names and in the order of Lighthouse CI', async () => {
    expect(await findLighthouserc(folder)).toBeUndefined();
    for (const name of ['lighthouserc.yaml', 'lighthouserc.yml', '.lighthouserc.json', 'lighthouserc.cjs']) {
      await writeFile(join(folder, name), '');
      expect(await findLighthouserc(folder)).toBe(join(folder, name));
    }
  });

  it.each([
    ['lighthouserc.json', '{\n\t"ci": {"collect": {"url": "http://localhost/a"}}\n}'],
    ['lighthouserc.yaml', 'lhci: { collect: { url: http://localhost/a } }'],
    ['lighthouserc.cjs', 'module.exports = { ci: { collect: { url: "http://localhost/a" } } };'],
  ])('%s is read', async (name, text) => {
    expect((await read(text, name)).collect.urls).toEqual(['http://localhost/a']);
  });

  it('is never a script where that is not allowed', async () => {
    const path = join(folder, 'lighthouserc.cjs');
    await writeFile(path, 'throw new Error("it was run")');
    await expect(readLighthouserc(path, { folder, variables: {}, allowScripts: false })).rejects.toThrow('a script is not run here');
  });

  it('may stand on another file', async () => {
    await mkdir(join(folder, 'base'));
    await writeFile(join(folder, 'base/rc.yml'), asserting('interactive: [error, { maxNumericValue: 9 }]'));
    const { collect: plan, assertions } = await read('ci: { extends: base/rc.yml, assert: { assertions: { interactive: [warn] } } }');
    expect(plan.urls).toEqual(['http://localhost/widget']);
    expect(assertions[0]!.assertions).toMatchObject([{ key: 'interactive', level: 'warn', bounds: { maxNumericValue: 9 } }]);
  });

  it('may not stand on itself', async () => {
    expect(await problemsOf('ci: { extends: lighthouserc.yml }')).toEqual([expect.stringContaining('more than 5 files extend each other')]);
  });
});

describe('what is wrong', () => {
  it.each([
    [
      'first-contentfull-paint: warn',
      ':6: ci.assert.assertions.first-contentfull-paint: there is no audit first-contentfull-paint; the nearest is first-contentful-paint',
    ],
    ['categories:performence: warn', 'there is no category performence; the nearest is performance'],
    ['resource-summary:scripts:size: warn', 'there is no resource type scripts; the nearest is script'],
    ['resource-summary:script:bytes: warn', 'resource-summary:script:bytes is no row'],
    ['interactive: fail', 'ci.assert.assertions.interactive.0: must be off, warn, error, not "fail"'],
    ['interactive: [error, { minScore: 95 }]', 'interactive.1.minScore: must be a number from 0 to 1, not 95'],
    ['interactive: [error, { maxNumericValue: 1.5s }]', 'interactive.1.maxNumericValue: must be a number of 0 or more, not "1.5s"'],
    ['unminified-css: [error, { maxLength: -1 }]', 'must be a whole number of 0 or more, not -1'],
    ['interactive: [error, { aggregationMethod: mean }]', 'must be one of median, optimistic, pessimistic, median-run, not "mean"'],
  ])('%s is named with field, limit and value', async (assertion, problem) => {
    expect(await problemsOf(asserting(assertion))).toEqual([expect.stringContaining(problem)]);
  });

  it.each([
    ['ci: { collect: { numberOfRuns: 3 } }', 'there is nothing to measure'],
    ['ci: { collect: { url: [ftp://host/] } }', 'ci.collect.url.0: must be an http or https address, not ftp://host/'],
    ['ci: { collect: { url: http://a/, numberOfRuns: 51 } }', 'numberOfRuns: must be a whole number from 1 to 50, not 51'],
    ['ci: { collect: { url: http://a/, method: psi } }', 'method: must be node'],
    ['ci: { collect: { url: http://a/, settings: { preset: fast } } }', 'settings.preset: must be desktop or perf, not "fast"'],
    ['ci: { collect: { url: http://a/, puppeteerScript: absent.cjs } }', 'puppeteerScript: cannot be read: ENOENT'],
    ['ci: { collect: { url: http://a/ }, assert: { preset: strict } }', 'preset: must be one of lighthouse:all, lighthouse:recommended'],
    [
      'ci: { collect: { url: http://a/ }, assert: { assertMatrix: [], preset: "lighthouse:all" } }',
      'assertMatrix cannot be used with preset',
    ],
    [
      'ci: { collect: { url: http://a/ } }\ncustomAssertions: [{ name: x, auditId: interactive, operator: near, threshold: 1 }]',
      'customAssertions.0.operator: must be lessThan or greaterThan, not "near"',
    ],
    [
      'ci: { collect: { url: http://a/ } }\ncustomAssertions: [{ name: x, auditId: "categories:seo", operator: greaterThan, threshold: 90 }]',
      'customAssertions.0.threshold: must be a score from 0 to 1',
    ],
    ['ci: [', 'line 1: '],
    ['', 'there is no ci'],
  ])('%s is refused', async (text, problem) => {
    expect((await problemsOf(text)).join('\n')).toContain(problem);
  });

  it('is told all at once', async () => {
    expect(await problemsOf(asserting('a: warn\n      b: warn'))).toHaveLength(2);
  });

  it('is a warning where it only is not used', async () => {
    const text = `other: 1\nci:\n  assertion: {}\n  ${collect}\n  assert: { aggregationMethod: median, asserts: 1, assertions: { interactive: [warn, { max: 3 }], font-display: warn } }`;
    expect(await warningsOf(text)).toEqual([
      'lighthouserc.yml:1: other: other is not known and not used',
      'lighthouserc.yml:3: ci.assertion: assertion is not known and not used',
      'lighthouserc.yml:5: ci.assert.asserts: asserts is not known and not used',
      'lighthouserc.yml:5: ci.assert.assertions.interactive.1.max: max is not known and not used',
      'lighthouserc.yml:5: ci.assert.assertions.font-display: Lighthouse 13 no longer has font-display: nothing is checked',
    ]);
  });
});

describe('variables', () => {
  const of = (name: string) => `\${${name}}`;
  const text = `ci: { collect: { url: "${of('BASE_URL')}/w", settings: { extraHeaders: { authorization: "Bearer ${of('ACCESS')}" } } } }`;

  it('stand for their values, which are never shown', async () => {
    const { collect: plan, mask } = await read(text, undefined, { BASE_URL: 'http://preview', ACCESS: 'abc-123' });
    expect([plan.urls, plan.settings.extraHeaders]).toEqual([['http://preview/w'], { authorization: 'Bearer abc-123' }]);
    expect(mask('Bearer abc-123 at http://preview/w')).toBe(`Bearer ${of('ACCESS')} at http://preview/w`);
  });

  it('must be set', async () => {
    expect(await problemsOf(text, undefined, { BASE_URL: 'http://preview' })).toEqual([
      'lighthouserc.yml:1: ci.collect.settings.extraHeaders.authorization: the variable ACCESS is not set',
    ]);
  });

  it('are not shown in a message about their value', async () => {
    const wrong = `ci: { collect: { url: http://a/, startServerReadyPattern: "(${of('ACCESS')}" } }`;
    const [problem] = await problemsOf(wrong, undefined, { ACCESS: 'abc-123' });
    expect(problem).toContain(`must be a regular expression, not "(${of('ACCESS')}"`);
  });
});

describe('budgets and custom limits', () => {
  it('a budget file is as good as assertions', async () => {
    const budgets = [
      { path: '/w*', timings: [{ metric: 'interactive', budget: 3_000 }], resourceSizes: [{ resourceType: 'script', budget: 200 }] },
    ];
    await writeFile(join(folder, 'budget.json'), JSON.stringify(budgets));
    const { assertions } = await read(`ci: { ${collect}, assert: { budgetsFile: budget.json } }`);
    expect(assertions).toMatchObject([
      {
        urlPattern: 'https?://[^/]+/w.*',
        assertions: [
          { key: 'interactive', level: 'error', bounds: { maxNumericValue: 3_000 } },
          { key: 'resource-summary:script:size', bounds: { maxNumericValue: 204_800 } },
        ],
      },
    ]);
  });

  it('a custom limit may be for some pages only, and may be a warning', async () => {
    const custom = '{ name: small, auditId: totalByteWeight, operator: "<=", threshold: 9, urlPattern: /tools/, level: warn }';
    const { assertions } = await read(`ci: { ${collect} }\ncustomAssertions: [${custom}]`);
    expect(assertions.at(-1)).toMatchObject({
      urlPattern: '/tools/',
      assertions: [{ label: 'small', key: 'total-byte-weight', level: 'warn', bounds: { maxNumericValue: 9 } }],
    });
  });
});

describe('a script', () => {
  it('that takes no timespans prepares the browser', async () => {
    await cp(join(fixtures, 'lighthouse'), join(folder, 'lighthouse'), { recursive: true });
    await writeFile(join(folder, 'login.cjs'), 'module.exports = async (browser) => { await browser.newPage(); };');
    const text =
      'ci: { collect: { url: http://a/, puppeteerScript: login.cjs, flows: [{ script: lighthouse/search-and-book.cjs, url: http://a/x }] } }';
    const { collect: plan } = await read(text);
    expect(plan).toMatchObject({
      puppeteerScript: join(folder, 'login.cjs'),
      flows: [{ script: join(folder, 'lighthouse/search-and-book.cjs'), url: 'http://a/x' }],
    });
  });
});

describe('the lists of audits', () => {
  it('are those of the Lighthouse that is installed', async () => {
    const paths = defaultConfig.audits!.map((audit) => String(typeof audit === 'string' ? audit : (audit as { path: string }).path));
    const ids = await Promise.all(
      paths.map(
        async (path) => ((await import(`lighthouse/core/audits/${path}.js`)) as { default: { meta: { id: string } } }).default.meta.id,
      ),
    );
    expect([...knownAudits]).toEqual(ids.sort());
    expect(knownCategories).toEqual(Object.keys(defaultConfig.categories!));
  });

  it('that are gone are those that Lighthouse CI still names', () => {
    const { assertions } = fromLhci('@lhci/utils/src/presets/all.js') as { assertions: object };
    expect([...goneAudits]).toEqual(
      Object.keys(assertions)
        .filter((id) => !knownAudits.includes(id))
        .sort(),
    );
  });

  it.each(presetNames)('%s says what it says in Lighthouse CI', (name) => {
    const { assertions } = fromLhci(`@lhci/utils/src/presets/${name.split(':')[1]}.js`) as {
      assertions: Record<string, string | [string, object]>;
    };
    const theirs = Object.entries(assertions).map(([id, value]) => [id, { level: [value].flat()[0], bounds: [value].flat()[1] ?? {} }]);
    expect(Object.fromEntries(presetOf(name))).toEqual(Object.fromEntries(theirs));
  });
});
