import { describe, expect, it } from '@jest/globals';
import { budgetSchema } from '#contracts';
import { budgetsOf } from './budget.ts';
import { judge, judgeValue, type Measured } from './judge.ts';
import { annotationLines, type Judged, junitOf, verdictDocument, verdictLines } from './verdict-text.ts';

function judged(config: Parameters<typeof budgetSchema.parse>[0], measured?: Measured | number): Judged {
  const budget = budgetsOf([budgetSchema.parse(config)], 'shop')[0]!;
  return typeof measured === 'number' ? judgeValue(budget, measured) : judge(budget, measured ? [measured] : []);
}

const verdicts = [
  judged({ metric: 'CLS', threshold: 0.1 }, { hours: 6, value: 0.0834, samples: 31 }),
  judged({ metric: 'TTFB', threshold: 600, severity: 'warning' }, { hours: 1, value: 640, samples: 120 }),
  judged({ metric: 'FID', threshold: 100 }),
  judged({ metric: 'mcp_tool_error_rate', threshold: '1%', tool: 'book' }, { hours: 1, value: 0.0213, samples: 900 }),
  judged({ metric: 'mcp_tool_duration_p95', threshold: '2 s' }, { hours: 24, value: 1, samples: 1 }),
  judged({ metric: 'cache/hits', threshold: 90, comparison: 'greater_than', route: '/a"<b>&' }, 80),
];

describe('the words for a verdict', () => {
  it('say first what failed, with units, basis and bound, and sum up', () => {
    expect(verdictLines(verdicts)).toEqual([
      'FAIL  mcp_tool_error_rate, tool book: 2.13 % > 1 % (900 samples in 1 h)',
      'FAIL  cache/hits p75, route /a"<b>&: 80 < 90',
      'WARN  TTFB p75: 640 ms > 600 ms (120 samples in 1 h)',
      'PASS  CLS p75: 0.0834 <= 0.1 (31 samples in 6 h)',
      'SKIP  FID p75: nothing was measured',
      'SKIP  mcp_tool_duration_p95: 1 sample in 24 h, and 100 are needed to judge',
      'Budgets: 2 failed, 1 warned, 1 passed, 2 not judged',
    ]);
  });

  it('say that there are no budgets', () => {
    expect(verdictLines([])).toEqual(['Budgets: none']);
  });

  it('become annotations where something is broken, escaped', () => {
    expect(annotationLines(verdicts)).toEqual([
      '::warning title=Performance budget TTFB p75::640 ms > 600 ms (120 samples in 1 h)',
      '::error title=Performance budget mcp_tool_error_rate%2C tool book::2.13 %25 > 1 %25 (900 samples in 1 h)',
      '::error title=Performance budget cache/hits p75%2C route /a"<b>&::80 < 90',
    ]);
  });

  it('become XML that every reader takes', () => {
    const xml = junitOf(verdicts, 'shop');
    expect(xml).toContain('<testsuite name="performance budgets" tests="6" failures="2" skipped="2">');
    expect(xml).toContain(
      '<testcase classname="shop" name="cache/hits p75, route /a&quot;&lt;b&gt;&amp;"><failure message="80 &lt; 90" type="budget"/></testcase>',
    );
    expect(xml).toContain('<skipped message="nothing was measured"/>');
    expect(junitOf([judged({ metric: 'LCP', threshold: 1, route: 'a\u0000\u001bb' }, 2)], 'shop')).toContain('route a\ufffd\ufffdb');
  });

  it('become a document for programs', () => {
    const { passed, project, data } = verdictDocument(verdicts, 'shop');
    expect([passed, project]).toEqual([false, 'shop']);
    expect(data[3]).toEqual({
      ...{ metric: 'mcp_tool_error_rate', storedMetric: 'mcp-tool-error-rate', statistic: 'rate', unit: 'ratio', tool: 'book' },
      ...{ outcome: 'violated', actual: 0.0213, threshold: 0.01, comparison: 'less_than', severity: 'error', samples: 900, hours: 1 },
    });
    expect(data[2]).toMatchObject({ outcome: 'unknown', actual: null, samples: null });
    expect(verdictDocument(verdicts.slice(0, 3), 'shop').passed).toBe(true);
  });
});
