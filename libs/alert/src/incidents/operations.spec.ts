import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EmbeddedAlertState, SystemClock } from '#platform';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../../../../test/seed/temporary-warehouse.ts';
import { recall } from '../alert-book.ts';
import { type OccurParts, type Occurrence, occur } from './occur.ts';
import { acknowledge, comment, endSilence, resolveByHand, silenceFor } from './operations.ts';
import { tellingOf } from './telling.ts';

const now = Date.UTC(2026, 4, 6, 10);
const minuteMs = 60_000;

const telling = tellingOf({ routes: [], muteTimings: [], inhibitions: [], types: new Map([['log', 'log']]) });

let temporary: TemporaryWarehouse;
let parts: OccurParts;
beforeEach(async () => {
  temporary = await openTemporaryWarehouse();
  parts = { state: new EmbeddedAlertState(temporary.warehouse, new SystemClock()), telling };
  await occur(parts, [occurrence(now)], now);
});
afterEach(() => temporary.close());

const occurrence = (at: number, severity: Occurrence['severity'] = 'critical'): Occurrence => ({
  ...{ fingerprint: 'f', ruleId: 'budgets', identity: 'i', severity, at },
  facts: {
    ...{ project: 'shop', rule: { id: 'budgets', name: 'Budgets' }, labels: { tool: 'search' }, openedAt: now },
    ...{ measure: null, headline: 'too slow' },
  },
});
const incident = async () => [...(await recall(parts.state, 'incident')).values()][0]!.value;
const told = async () =>
  [...(await recall(parts.state, 'delivery')).values()]
    .map(({ value: { delivery } }) => `${delivery.seq} ${delivery.notice.kind} ${delivery.notice.reason}`.trim())
    .sort();

describe('acknowledging', () => {
  it('is told once, and ends after four hours', async () => {
    const { id } = await incident();
    expect(await acknowledge(parts, id, 'ann', now + minuteMs)).toMatchObject({
      ...{ result: 'done', value: { acknowledged: { by: 'ann', at: now + minuteMs, until: now + 241 * minuteMs } } },
    });
    expect(await acknowledge(parts, id, 'bob', now + minuteMs)).toMatchObject({
      result: 'already',
      value: { acknowledged: { by: 'ann' } },
    });
    expect(await told()).toEqual(['1 trigger', '2 ack']);
  });

  it('of what nobody knows does nothing', async () => {
    expect(await acknowledge(parts, 'x', 'ann', now)).toEqual({ result: 'unknown' });
  });
});

describe('resolving by hand', () => {
  it('ends the incident; what is still broken opens it again', async () => {
    const { id } = await incident();
    expect(await resolveByHand(parts, id, 'ann', now + minuteMs)).toMatchObject({ result: 'done', value: { resolvedAt: now + minuteMs } });
    expect(await resolveByHand(parts, id, 'ann', now + minuteMs)).toMatchObject({ result: 'already' });
    await occur(parts, [occurrence(now + 2 * minuteMs)], now + 2 * minuteMs);
    expect(await incident()).toMatchObject({ id, resolvedAt: null });
    expect(await told()).toEqual(['1 trigger', '2 resolve resolved by hand', '3 trigger opened again']);
  });
});

describe('resolving a storm by hand', () => {
  const stormy = async () => {
    const many = Array.from({ length: 12 }, (_, nth) => ({ ...occurrence(now + minuteMs), fingerprint: `storm-${nth}`, ruleId: 'storm' }));
    const facts = (nth: number) => ({ ...many[nth]!.facts, rule: { id: 'storm', name: 'Storm' }, labels: { tool: `tool-${nth}` } });
    const occurrences = many.map((one, nth) => ({ ...one, facts: facts(nth) }));
    await occur(parts, occurrences, now + minuteMs);
    return [...(await recall(parts.state, 'incident')).values()].map(({ value }) => value).filter(({ rule }) => rule.id === 'storm');
  };
  const open = async () => [...(await recall(parts.state, 'incident')).values()].filter(({ value }) => value.resolvedAt === null);
  const ends = async () => (await told()).filter((line) => line.includes('resolve'));

  it('ends all that is told in it, and tells the end once', async () => {
    const group = (await stormy())[0]!.group!;
    const at = now + 2 * minuteMs;
    expect(await resolveByHand(parts, group, 'ann', at)).toMatchObject({ result: 'done', value: { id: group, resolvedAt: at } });
    expect([(await open()).length, await ends()]).toEqual([1, ['2 resolve resolved by hand']]);
    const instances = [...(await recall(parts.state, 'instance')).values()].filter(({ value }) => value.rule === 'storm');
    expect(new Set(instances.map(({ value }) => value.instance.state))).toEqual(new Set(['normal']));
    expect(await resolveByHand(parts, group, 'ann', at)).toMatchObject({ result: 'already' });
  });

  it('ends the rest where the first is over, and one of the others alone', async () => {
    const storm = await stormy();
    const [first, other] = [storm.find(({ id, group }) => id === group)!, storm.find(({ id, group }) => id !== group)!];
    await resolveByHand(parts, other.id, 'ann', now + 2 * minuteMs);
    expect([(await open()).length, await ends()]).toEqual([12, []]);
    await occur(
      parts,
      [{ ...occurrence(now + 3 * minuteMs, null), ruleId: 'storm', fingerprint: first.instance, facts: first }],
      now + 3 * minuteMs,
    );
    expect((await open()).length).toBe(11);
    expect(await resolveByHand(parts, first.id, 'ann', now + 4 * minuteMs)).toMatchObject({ result: 'done' });
    expect([(await open()).length, await ends()]).toEqual([1, ['4 resolve resolved by hand']]);
  });
});

it('a comment stands in the journal', async () => {
  const { id } = await incident();
  expect(await comment(parts, id, 'ann', 'it was the cache', now)).toMatchObject({ result: 'done' });
  await parts.state.flush();
  expect(
    await temporary.warehouse.ask({ sql: `SELECT JSONExtractString(body, 'text') AS text FROM alert_journal WHERE kind = 'comment'` }),
  ).toEqual([{ text: 'it was the cache' }]);
});

describe('a silence', () => {
  const request = () => ({ project: 'shop', matchers: { tool: 'search' }, endsAt: now + 60 * minuteMs, author: 'ann', comment: '' });

  it('is made once, and ends when somebody says so', async () => {
    const made = await silenceFor(parts, request(), now);
    expect(made).toMatchObject({ result: 'done', value: { startsAt: now, author: 'ann' } });
    if (made.result === 'unknown') throw new Error('unknown');
    expect(await silenceFor(parts, { ...request(), endsAt: now + minuteMs }, now)).toEqual({ ...made, result: 'already' });
    expect(await endSilence(parts, made.value.id, 'bob', now + minuteMs)).toMatchObject({
      result: 'done',
      value: { endsAt: now + minuteMs },
    });
    expect(await endSilence(parts, made.value.id, 'bob', now + minuteMs)).toMatchObject({ result: 'already' });
  });

  it('for an incident that nobody knows is none', async () => {
    expect(await silenceFor(parts, { ...request(), incident: 'x' }, now)).toEqual({ result: 'unknown' });
  });
});

it('two who do the same at one moment do it once', async () => {
  const { id } = await incident();
  const both = await Promise.all(['ann', 'bob'].map((by) => acknowledge(parts, id, by, now)));
  expect(both.map(({ result }) => result).sort()).toEqual(['already', 'done']);
});
