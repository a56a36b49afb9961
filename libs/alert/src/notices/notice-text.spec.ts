import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hostileText } from './hostile-text.contract.ts';
import type { NoticeKind } from './notice.ts';
import { firstLine, furtherLines, headOf, lengthOf } from './notice-text.ts';
import { measured, noticedAt, sampleNotice } from './sample-notice.contract.ts';

const minuteMs = 60_000;
const { measure: _, ...unmeasured } = sampleNotice;
const { incident } = sampleNotice;

describe('the first line', () => {
  it('says how grave, what, how much, of how many and where', () => {
    expect(firstLine(sampleNotice)).toBe(
      '[CRITICAL] mcp_tool_duration p95 3.12 s > 2.5 s (5 min, 412 samples) app=chat environment=production tool=search',
    );
  });

  it.each([
    [
      'below',
      measured({ comparison: 'below', value: 0.4, reference: 0.75, unit: 'ratio', metric: 'good_loads', statistic: 'rate' }),
      'good_loads 40 % < 75 % (5 min, 412 samples)',
    ],
    ['increasing', measured({ comparison: 'increasing', value: 1_500, reference: 1_200 }), 'mcp_tool_duration p95 +25 %: 1.2 s to 1.5 s'],
    ['decreasing', measured({ comparison: 'decreasing', value: 900, reference: 1_200 }), 'mcp_tool_duration p95 -25 %: 1.2 s to 900 ms'],
    ['increasing from nothing', measured({ comparison: 'increasing', value: 3, reference: 0, unit: 'count' }), 'p95 0 to 3 (5 min'],
    ['close to the line', measured({ value: 2_501 }), '2501 ms > 2500 ms'],
    [
      'a burn rate',
      measured({
        ...{ metric: 'api_error_rate', statistic: 'burn rate', value: 16.2, reference: 14.4, unit: null, windowS: 3_600 },
        burn: { shortS: 300, slo: 0.9995 },
      }),
      'api_error_rate burn rate 16.2x > 14.4x (1 h and 5 min, SLO 99.95 %, 412 samples)',
    ],
    ['of a metric that names its statistic', measured({ metric: 'mcp_tool_duration_p95' }), '] mcp_tool_duration_p95 3.12 s'],
    ['over one sample', measured({ samples: 1 }), '(5 min, 1 sample)'],
  ])('of a value that is %s', (_name, notice, text) => {
    expect(firstLine(notice)).toContain(text);
  });

  it('is the headline of a finding, and the name of a rule that measured nothing', () => {
    expect(firstLine({ ...sampleNotice, headline: 'LCP got worse', labels: {} })).toBe('[CRITICAL] LCP got worse');
    expect(firstLine({ ...unmeasured, labels: {} })).toBe('[CRITICAL] Slow tool calls');
  });

  it.each<[NoticeKind, string]>([
    ['trigger', 'CRITICAL'],
    ['ack', 'CRITICAL'],
    ['resolve', 'RESOLVED'],
    ['test', 'TEST'],
  ])('of %s begins with %s', (kind, head) => {
    expect(headOf({ ...sampleNotice, kind })).toBe(head);
  });
});

describe('the further lines', () => {
  it('say since when, the worst, the last deploy and what it means', () => {
    expect(furtherLines(sampleNotice)).toEqual([
      'Since 2026-05-06 09:55 UTC, at worst 4 s',
      'Last deploy: 2026.5.1, 20 min before',
      'Look at the slowest tool first.',
    ]);
  });

  it('say how long it took and why it is over', () => {
    const over = { ...sampleNotice, kind: 'resolve', reason: 'no data, not confirmed healthy' } as const;
    const lines = furtherLines({ ...over, incident: { ...incident, resolvedAt: noticedAt } });
    expect(lines.slice(0, 2)).toEqual(['Since 2026-05-06 09:55 UTC, over after 5 min, at worst 4 s', 'No data, not confirmed healthy']);
  });

  it('say who looks after it', () => {
    const acknowledged = { by: 'ada', at: noticedAt - minuteMs };
    expect(furtherLines({ ...sampleNotice, kind: 'ack', incident: { ...incident, acknowledged } })[1]).toBe(
      'Acknowledged by ada at 2026-05-06 09:59 UTC',
    );
  });

  it('have no worst value where nothing was measured', () => {
    expect(furtherLines(unmeasured)[0]).toBe('Since 2026-05-06 09:55 UTC');
  });
});

it.each([
  [-5, '0 s'],
  [59_499, '59 s'],
  [59_500, '1 min'],
  [59.6 * minuteMs, '1 h'],
  [200 * minuteMs, '3 h 20 min'],
  [47 * 60 * minuteMs, '47 h'],
  [48 * 60 * minuteMs, '2 d'],
])('%d ms are %s', (ms, text) => {
  expect(lengthOf(ms)).toBe(text);
});

it.each([
  ['a line break', 'a\r\nBcc: x', 'a Bcc: x'],
  ['a terminal sequence', 'a\u001b[2Jb\u009b31m', 'a [2Jb 31m'],
  ['a turn of the writing direction', 'a\u202egnp.exe\u2066b', 'a gnp.exe b'],
  ['half a character', 'a\ud800b', 'a\ufffdb'],
])('%s does not leave its line', (_name, hostile, harmless) => {
  const notice = { ...unmeasured, headline: hostile, labels: { tool: hostile }, rule: { ...sampleNotice.rule, summary: hostile } };
  expect(firstLine(notice)).toBe(`[CRITICAL] ${harmless} tool=${harmless}`);
  expect(furtherLines(notice).at(-1)).toBe(harmless);
});

it('every line is one line of whole characters, whatever stands in a notice', () => {
  fc.assert(
    fc.property(hostileText(), hostileText(), hostileText(), (tool, reason, release) => {
      const notice = {
        ...sampleNotice,
        labels: { tool },
        reason,
        deploy: { release, at: 0 },
        rule: { ...sampleNotice.rule, summary: tool },
      };
      for (const line of [firstLine(notice), ...furtherLines(notice)]) {
        expect(line).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
        expect(line.isWellFormed()).toBe(true);
      }
    }),
  );
});
