import { describe, expect, it } from '@jest/globals';
import { lighthouseResult } from '../../../../test/seed/lighthouse-result.ts';
import type { LighthouseAudit, LighthouseResult } from '../lhr/lighthouse-result.ts';
import { auditChanges } from './audit-changes.ts';
import { failingItems } from './failing-items.ts';

const page = lighthouseResult('13-navigation');
const audit = (id: string, score: number | null, items: readonly object[] = [], mode = 'binary'): LighthouseAudit => ({
  ...{ id, title: `${id} is ${score === 1 ? 'good' : 'bad'}`, score, scoreDisplayMode: mode },
  details: { type: 'table', items: items as readonly Record<string, unknown>[] },
});
const run = (audits: readonly LighthouseAudit[], origin = 'http://base.test', step = '') => {
  const lhr: LighthouseResult = {
    ...page,
    finalDisplayedUrl: `${origin}/`,
    audits: Object.fromEntries(audits.map((one) => [one.id, one])),
  };
  return { steps: [{ name: step, lhr }] };
};
const node = (selector: string) => ({ node: { type: 'node', selector } });
const times = <Value>(count: number, value: Value): Value[] => Array.from({ length: count }, () => value);

const good = audit('image-alt', 1);
const bad = (...selectors: string[]) => audit('image-alt', 0, selectors.map(node));

describe('audits of two sets of runs', () => {
  it('that are the same have not changed', () => {
    const real = { steps: [{ name: '', lhr: page }] };
    expect(auditChanges(times(5, real), times(5, real))).toEqual({ newlyFailing: [], newFaults: [], mended: [] });
  });

  it('fail newly with what they name, and are mended', () => {
    const [before, after] = [times(5, run([good])), times(5, run([bad('img.hero')]))];
    const change = { step: '', audit: 'image-alt', title: 'image-alt is bad' };
    expect(auditChanges(before, after)).toEqual({ newlyFailing: [{ ...change, newItems: ['img.hero'] }], newFaults: [], mended: [] });
    expect(auditChanges(after, before)).toEqual({
      ...{ newlyFailing: [], newFaults: [] },
      mended: [{ ...change, title: 'image-alt is good', newItems: [] }],
    });
  });

  it('have a new fault in place of a mended one', () => {
    const changes = auditChanges(times(5, run([bad('img.a')])), times(5, run([bad('img.b')])));
    expect(changes).toMatchObject({ newlyFailing: [], newFaults: [{ audit: 'image-alt', newItems: ['img.b'] }], mended: [] });
  });

  it('go by most of the runs, and an item that the base had once is none that is new', () => {
    const mixed = (failing: number) => [...times(failing, run([bad('img.a')])), ...times(5 - failing, run([good]))];
    expect(auditChanges(mixed(2), mixed(3)).newlyFailing).toMatchObject([{ audit: 'image-alt', newItems: [] }]);
    expect(auditChanges(mixed(0), mixed(2)).newlyFailing).toEqual([]);
    expect(auditChanges(mixed(1), mixed(2)).newFaults).toEqual([]);
  });

  it('are compared step by step', () => {
    const step = (name: string, audits: LighthouseAudit[]) => run(audits, 'http://base.test', name).steps[0]!;
    const before = times(4, { steps: [step('search', [good]), step('book', [bad('img.a')])] });
    const after = times(4, { steps: [step('search', [bad('img.a')]), step('book', [bad('img.a')])] });
    expect(auditChanges(before, after)).toMatchObject({ newlyFailing: [{ step: 'search', newItems: ['img.a'] }], newFaults: [] });
  });

  it.each([
    ['only inform', audit('image-alt', 0, [], 'informative')],
    ['broke themselves', audit('image-alt', null, [], 'error')],
    ['do not apply', audit('image-alt', null, [], 'notApplicable')],
    ['are green though not perfect', audit('image-alt', 0.9, [], 'numeric')],
  ])('that %s are not failing', (_, found) => {
    expect(auditChanges(times(4, run([good])), times(4, run([found])))).toMatchObject({ newlyFailing: [], newFaults: [] });
  });

  it('know a file again on another host and with another hash', () => {
    const script = (url: string) => audit('unused-javascript', 0.5, [{ url }], 'metricSavings');
    const before = times(4, run([script('http://base.test/assets/app-3f2a91bc.js?v=1')]));
    const elsewhere = (path: string) => times(4, run([script(`http://candidate.test:81${path}`)], 'http://candidate.test:81'));
    expect(auditChanges(before, elsewhere('/assets/app-77aa01ef.js')).newFaults).toEqual([]);
    expect(auditChanges(before, elsewhere('/assets/vendor-77aa01ef.js')).newFaults).toMatchObject([{ newItems: ['/assets/vendor-*.js'] }]);
  });
});

describe('what an audit names', () => {
  it('is read from tables, lists of tables, checklists and rows below rows', () => {
    const rows = [
      { type: 'table', items: [node('body > h1'), { url: 'https://cdn.test/a.css' }] },
      { type: 'list-section', value: { type: 'table', items: [{ source: { type: 'source-location', url: 'http://base.test/app.js' } }] } },
      { label: 'group', subItems: { type: 'subitems', items: [node('p')] } },
    ];
    expect(failingItems(audit('x', 0, rows), 'http://base.test')).toEqual(['body > h1', 'https://cdn.test/a.css', '/app.js', 'p']);
    const checklist = { type: 'checklist', items: { noRedirects: { label: 'Avoids redirects', value: false } } };
    expect(failingItems({ ...audit('x', 0), details: checklist as never }, '')).toEqual([]);
  });

  it('of a real result is the element', () => {
    expect(failingItems(page.audits['image-alt']!, 'http://127.0.0.1:8080')).toEqual(['body > img']);
  });
});
