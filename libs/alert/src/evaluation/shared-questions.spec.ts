import { describe, expect, it } from '@jest/globals';
import { type AlertRuleConfig, alertRuleSchema } from '#contracts';
import type { MeasuredRule } from '../rules/rule.ts';
import { ruleOf } from '../rules/rule-of.ts';
import { sharedQuestions } from './shared-questions.ts';

const usual = { metric: 'mcp_tool_duration_p95', condition: 'above', threshold: 1, groupBy: ['tool', 'app'] };
const asked = (...given: readonly object[]) =>
  sharedQuestions(
    given.map((changes, index) => {
      const config = alertRuleSchema.parse({ id: `r${index}`, ...usual, ...changes });
      return { project: 'shop', moments: [600], rule: ruleOf(config as AlertRuleConfig) as MeasuredRule };
    }),
  );

describe('rules ask together', () => {
  it('and each view once where only what they make of it differs', () => {
    const same = asked({}, { threshold: 9, minSamples: 3 }, { metric: 'mcp_tool_duration_p50', groupBy: ['app', 'tool'] });
    expect(same.map(({ question, wanting }) => [question.views, wanting.map(({ views }) => views)])).toEqual([
      [[{ from: 300, to: 0, scope: {} }], [[0], [0], [0]]],
    ]);
  });

  it('what they want of one metric, each its own', () => {
    const rising = { condition: 'increasing', compare: 'previous', threshold: undefined };
    const [one, ...others] = asked({}, { tool: 'search' }, rising, { windowS: 600 });
    expect(others).toEqual([]);
    expect(one!.wanting.map(({ views }) => views)).toEqual([[0], [1], [2, 0], [3]]);
    expect(one!.question.views[2]).toEqual({ from: 600, to: 300, scope: {} });
  });

  it.each([{ groupBy: [] }, { metric: 'LCP' }, { metric: 'mcp_tool_duration_count' }, { intervalS: 120 }])(
    'but not what is read apart: %j',
    (changes) => {
      expect(asked({}, changes)).toHaveLength(2);
    },
  );

  it('in more than one question where there are very many', () => {
    const tools = Array.from({ length: 200 }, (_, index) => ({ tool: `t${index}` }));
    expect(asked(...tools).map(({ wanting }) => wanting.length)).toEqual([96, 96, 8]);
  });
});
