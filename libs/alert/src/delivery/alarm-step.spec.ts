import { expect, it } from '@jest/globals';
import type { Alarm } from '../alert-book.ts';
import type { Notice } from '../notices/notice.ts';
import { nextAlarmStep } from './alarm-step.ts';

const since = 1_000_000;
const fallbacks: Readonly<Record<string, readonly string[]>> = { slack: ['mail', 'pager'], pager: ['slack', 'mail'], mail: ['hook'] };
const alarm = (step: Alarm['step'], ...asked: readonly string[]): Alarm => ({
  project: 'shop',
  asked,
  seq: 1,
  notice: {} as Notice,
  since,
  step,
});

it.each<[string, Alarm, afterMs: number, owners: string | null, expected: string]>([
  ['those who are asked have a minute', alarm('channels', 'slack'), 59_999, '@owners', 'wait'],
  ['then all in their place are, at once', alarm('channels', 'slack'), 60_000, '@owners', 'fallback: mail, pager'],
  ['but those who were asked', alarm('channels', 'slack', 'pager'), 60_000, '@owners', 'fallback: mail'],
  ['and those in place of these', alarm('fallback', 'slack', 'pager', 'mail'), 60_000, '@owners', 'fallback: hook'],
  ['then the owners', alarm('fallback', 'slack', 'pager', 'mail', 'hook'), 60_000, '@owners', 'owners: @owners'],
  ['at once the owners where there is nobody else', alarm('channels', 'hook'), 60_000, '@owners', 'owners: @owners'],
  ['then nobody is left', alarm('owners', 'hook', '@owners'), 60_000, '@owners', 'nobody: '],
  ['at once nobody without owners', alarm('channels', 'hook'), 60_000, null, 'nobody: '],
  ['and that stays so', alarm('nobody', 'hook'), 9_999_999, '@owners', 'wait'],
])('%s', (_, before, afterMs, owners, expected) => {
  const next = nextAlarmStep(before, { fallbackOf: (channel) => fallbacks[channel] ?? [], owners }, since + afterMs);
  expect(next ? `${next.alarm.step}: ${next.ask.join(', ')}` : 'wait').toBe(expected);
});
