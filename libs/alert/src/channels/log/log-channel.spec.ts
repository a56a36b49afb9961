import { beforeEach, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pino } from 'pino';
import { hostileText } from '../../notices/hostile-text.contract.ts';
import type { Notice, NoticeKind } from '../../notices/notice.ts';
import { noticedAt, sampleNotice } from '../../notices/sample-notice.contract.ts';
import { LogChannel } from './log-channel.ts';

let lines: string[];
let channel: LogChannel;
beforeEach(() => {
  lines = [];
  channel = new LogChannel('log', pino({ base: null, timestamp: false }, { write: (line: string) => void lines.push(line) }));
});

const tell = (changes: Partial<Notice> = {}, signal = new AbortController().signal) =>
  channel.send(
    { id: 'd', channel: 'log', seq: 1, notice: { ...sampleNotice, ...changes } },
    { signal, now: noticedAt, ref: null, possiblySent: false },
  );

it('a notice is one line with everything in it', async () => {
  expect(await tell()).toEqual({ result: 'delivered', status: 0, answer: 'logged' });
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      ...{
        level: 40,
        kind: 'trigger',
        project: 'shop',
        severity: 'critical',
        incident: 'f3a1c0de-1',
        rule: 'mcp-tool-duration',
        delivery: 'd',
      },
      labels: { app: 'chat', environment: 'production', tool: 'search' },
      ...{ metric: 'mcp_tool_duration', value: 3_120, reference: 2_500, samples: 412 },
      further: ['Since 2026-05-06 09:55 UTC, at worst 4 s', 'Last deploy: 2026.5.1, 20 min before', 'Look at the slowest tool first.'],
      links: ['https://house.example.com/alerts/incidents/f3a1c0de-1', 'https://runbooks.example.com/slow-tools'],
      msg: '[CRITICAL] mcp_tool_duration p95 3.12 s > 2.5 s (5 min, 412 samples) app=chat environment=production tool=search',
    },
  ]);
});

it.each<[NoticeKind, number]>([
  ['trigger', 40],
  ['escalate', 40],
  ['update', 30],
  ['deescalate', 30],
  ['ack', 30],
  ['resolve', 30],
  ['remind', 30],
  ['test', 30],
])('%s is of level %d', async (kind, level) => {
  await tell({ kind, reason: 'recovered' });
  expect(JSON.parse(lines[0]!)).toMatchObject({ level, kind, reason: 'recovered' });
});

it('nothing in it ends the line, moves a terminal or turns what is read', async () => {
  await fc.assert(
    fc.asyncProperty(hostileText(), hostileText(), async (tool, reason) => {
      lines = [];
      await tell({ labels: { [reason]: tool, tool }, reason, headline: tool, project: tool });
      expect(lines).toHaveLength(1);
      const harmless = (key: string, value: unknown) => {
        for (const text of [key, String(value)]) expect(text).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
        return value;
      };
      harmless(lines[0]!.trimEnd(), JSON.parse(lines[0]!, harmless));
    }),
  );
});

it('a process that ends says nothing more', async () => {
  await expect(tell({}, AbortSignal.abort(new Error('the end')))).rejects.toThrow('the end');
  expect(lines).toEqual([]);
});
