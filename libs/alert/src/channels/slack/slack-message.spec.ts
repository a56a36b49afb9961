import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hostileText } from '../../notices/hostile-text.contract.ts';
import type { Notice } from '../../notices/notice.ts';
import { measured, noticedAt, sampleNotice } from '../../notices/sample-notice.contract.ts';
import { limits, type SlackContent, type SlackLayout, slackLayouts } from './slack-message.ts';
import { blocksSchema, mentionsIn } from './slack-schema.contract.ts';
import { readable } from './slack-workspace.contract.ts';

const layout: SlackLayout = { delivery: 'f3a1c0de-1.slack.1', buttons: true };
const { measure: _measure, deploy: _deploy, houseUrl: _houseUrl, ...bare } = sampleNotice;
const { incident, rule } = sampleNotice;
const acknowledged = { by: 'ada', at: noticedAt };
const chartUrl = 'https://house.example.com/charts/1.png?a=b&c=d';
const plain = (text: string) => ({ type: 'plain_text', text, emoji: false });

const read = (content: SlackContent) => readable({ text: content.text, blocks: blocksSchema.parse(content.blocks), parse: 'none' });
const shown = (notice: Notice, changes: Partial<SlackLayout> = {}) => read(slackLayouts(notice, { ...layout, ...changes })[0]!);
const typesOf = ({ blocks }: SlackContent) => blocks.map(({ type }) => type);

describe('a message', () => {
  it('says how grave, what, where, since when, what changed, where to look and what to do', () => {
    const [first] = slackLayouts(sampleNotice, layout);
    const line = '[CRITICAL] mcp_tool_duration p95 3.12 s > 2.5 s (5 min, 412 samples) app=chat environment=production tool=search';
    const value = 'incident=f3a1c0de-1&delivery=f3a1c0de-1.slack.1';
    const house = 'https://house.example.com/alerts/incidents/f3a1c0de-1';
    expect(first).toEqual({
      text: line.replace('>', '&gt;'),
      blocks: [
        { type: 'header', text: plain(`🔴 ${line}`) },
        {
          type: 'section',
          fields: [
            ...['Value\n3.12 s', 'Threshold\n2.5 s', 'At worst\n4 s', 'Window\n5 min, 412 samples'].map(plain),
            ...['app\nchat', 'environment\nproduction', 'tool\nsearch'].map(plain),
          ],
        },
        {
          type: 'section',
          text: plain('Since 2026-05-06 09:55 UTC, at worst 4 s\nLast deploy: 2026.5.1, 20 min before\nLook at the slowest tool first.'),
        },
        { type: 'context', elements: [plain('Rule Slow tool calls, project shop, 2026-05-06 10:00 UTC')] },
        {
          type: 'context',
          elements: [
            { type: 'mrkdwn', text: `<${house}|Incident>`, verbatim: true },
            { type: 'mrkdwn', text: '<https://runbooks.example.com/slow-tools|Runbook>', verbatim: true },
          ],
        },
        {
          type: 'actions',
          elements: [
            { type: 'button', action_id: 'acknowledge', text: plain('Acknowledge'), value, style: 'primary' },
            { type: 'button', action_id: 'silence_1h', text: plain('Silence 1 h'), value },
            { type: 'button', action_id: 'open', text: plain('Open'), url: house },
          ],
        },
      ],
    });
  });

  it.each([
    ['critical', 'trigger', '🔴 [CRITICAL]'],
    ['warning', 'trigger', '🟠 [WARNING]'],
    ['info', 'update', '🔵 [INFO]'],
    ['critical', 'resolve', '✅ [RESOLVED]'],
    ['critical', 'test', '🧪 [TEST]'],
  ] as const)('that is %s of the kind %s begins with %s', (severity, kind, head) => {
    expect(shown({ ...sampleNotice, severity, kind }).header?.slice(0, head.length)).toBe(head);
  });

  it('holds a change against what was before, in the unit of the metric', () => {
    const notice = measured({ comparison: 'increasing', value: 0.04, reference: 0.02, unit: 'ratio' });
    expect(shown(notice).lines).toEqual(expect.arrayContaining(['Value\n4 %', 'Before\n2 %']));
  });

  it('of nothing measured, nowhere in particular, of no house, is short', () => {
    const [first] = slackLayouts({ ...bare, labels: {}, rule: { id: 'r', name: 'R' } }, layout);
    expect(typesOf(first!)).toEqual(['header', 'section', 'context', 'actions']);
    expect(read(first!)).toMatchObject({ header: '🔴 [CRITICAL] R', links: [], buttons: ['acknowledge', 'silence_1h'] });
  });

  it('says who looks after it, and since when', () => {
    const notice = { ...sampleNotice, kind: 'ack', incident: { ...incident, acknowledged } } as const;
    expect(shown(notice).lines.join('\n')).toContain('Acknowledged by ada at 2026-05-06 10:00 UTC');
    expect(shown(notice).buttons).toEqual(['silence_1h', 'open']);
  });

  it.each(['resolve', 'test'] as const)('of the kind %s can only be opened', (kind) => {
    expect(shown({ ...sampleNotice, kind }).buttons).toEqual(['open']);
  });

  it('has no buttons where nobody verifies them, nor of what is too long to come back', () => {
    expect(shown(sampleNotice, { buttons: false }).buttons).toEqual([]);
    expect(shown({ ...sampleNotice, incident: { ...incident, id: 'x'.repeat(400) } }, { delivery: 'y'.repeat(400) }).buttons).toEqual([
      'open',
    ]);
  });

  it('shows what was measured where there is a picture for all to see, and does without', () => {
    const layouts = slackLayouts({ ...sampleNotice, chartUrl }, layout);
    expect(layouts[0]?.blocks[3]).toEqual({ type: 'image', image_url: chartUrl, alt_text: 'Chart of mcp_tool_duration' });
    expect(layouts.map((content) => typesOf(content).includes('image'))).toEqual([true, false, false]);
  });

  it.each(['http://house.example.com/1.png', 'https://a b', 'data:image/png;base64,', `https://a/${'x'.repeat(1_000)}`])(
    'shows no picture at %p',
    (url) => {
      expect(slackLayouts({ ...sampleNotice, chartUrl: url }, layout)).toHaveLength(2);
    },
  );

  it('can be told as text alone', () => {
    expect(slackLayouts(sampleNotice, { ...layout, repeated: true }).at(-1)).toEqual({
      text: [
        '[CRITICAL] mcp_tool_duration p95 3.12 s &gt; 2.5 s (5 min, 412 samples) app=chat environment=production tool=search',
        ...['Since 2026-05-06 09:55 UTC, at worst 4 s', 'Last deploy: 2026.5.1, 20 min before', 'Look at the slowest tool first.'],
        'Perhaps told twice: the answer to an earlier attempt was lost',
      ].join('\n'),
      blocks: [],
    });
  });

  it('says how much more there is', () => {
    const labels = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`label${index}`, 'x']));
    const { lines } = shown({ ...sampleNotice, labels });
    expect(lines.filter((line) => line.startsWith('label'))).toHaveLength(5);
    expect(lines).toContain('And\n25 more');
  });

  it('has a name and a value for what has none', () => {
    expect(shown({ ...sampleNotice, labels: { tool: '', '\u2028': ' ' } }).lines).toEqual(
      expect.arrayContaining(['tool\n(empty)', '(no name)\n(empty)']),
    );
  });

  it('links what it links as a whole', () => {
    const runbookUrl = 'https://runbooks.example.com/a|b>c<d?e=1&f=2';
    const [link] = shown({ ...bare, rule: { ...rule, runbookUrl } }).links;
    expect(link).toBe('https://runbooks.example.com/a%7Cb%3Ec%3Cd?e=1&f=2');
  });
});

it('keeps every limit, calls nobody and leads nowhere else, whatever stands in a notice', () => {
  const text = hostileText(400);
  const quotes = fc.constantFrom('"', '\\', '&', '<').map((sign) => sign.repeat(4_000));
  const any = fc.oneof(text, quotes);
  const origins = new Set(['https://house.example.com', 'https://runbooks.example.com']);
  fc.assert(
    fc.property(any, any, any, fc.boolean(), (one, other, id, repeated) => {
      const long = `https://runbooks.example.com/${'"'.repeat(900)}`;
      const labels = { app: one, [one]: other, [other]: one, a: other, b: other, c: other, d: other };
      const notice = {
        ...{ ...sampleNotice, labels, headline: one, reason: other, project: one },
        ...{ incident: { ...incident, id, acknowledged: { by: other, at: 0 } }, deploy: { release: one, at: 0 } },
        ...{ rule: { ...rule, name: other, summary: one, runbookUrl: long }, chartUrl },
      };
      for (const content of slackLayouts(notice, { ...layout, repeated })) {
        expect(JSON.stringify(content).length).toBeLessThan(limits.message);
        const { mentions, links } = read(content);
        expect([mentions, mentionsIn(JSON.stringify(content))]).toEqual([[], []]);
        expect(links.filter((link) => !origins.has(new URL(link).origin))).toEqual([]);
        expect(content.text).toMatch(/^(?:[^<>&]|&amp;|&lt;|&gt;)+$/);
      }
    }),
  );
});
