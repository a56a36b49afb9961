import { describe, expect, it } from '@jest/globals';
import { type Arrival, begin, type ProtocolCommand, type ProtocolEvent, type ProtocolState, step } from './block-protocol.ts';
import { type Protocol, runSchedules } from './block-protocol-model.contract.ts';

const limits = { maxMessages: 3, maxBytes: 100, lingerMs: 50 };
const messages = (from: number, to: number, length = 10): Arrival[] =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ offset: from + i, value: { length } }));
const arrived = (from: number, to: number, length?: number) => ({ type: 'arrived', from, messages: messages(from, to, length) }) as const;

/** Takes events one after the other at the given moments and keeps what was ordered after the last. */
function run(start: ProtocolState, ...events: readonly (ProtocolEvent | readonly [number, ProtocolEvent])[]) {
  let state = start;
  let commands: readonly ProtocolCommand[] = [];
  for (const entry of events) {
    const [now, event] = 'type' in entry ? [0, entry] : entry;
    ({ state, commands } = step(state, event, now, limits));
  }
  return { state, commands };
}
const said = (commands: readonly ProtocolCommand[]) =>
  commands.map((command) => {
    if (command.type === 'commit') return `commit ${command.next} to ${command.to}`;
    if (command.type !== 'hand') return command.type;
    const { first, last, messages: held, repeated } = command.block;
    return `hand ${first}-${last} with ${held.length}${repeated ? ' again' : ''}`;
  });

describe('block protocol', () => {
  const fresh = begin<Arrival>(undefined, 0);

  it('commits the bounds before it hands a block out', () => {
    const { state, commands } = run(fresh, arrived(0, 4));
    expect(said(commands)).toEqual(['commit 0 to 2']);
    expect(said(run(state, { type: 'committed' }).commands)).toEqual(['hand 0-2 with 3']);
  });

  it('finishes a block with the bounds of the next one', () => {
    expect(said(run(fresh, arrived(0, 4), { type: 'committed' }, [10, { type: 'handled' }]).commands)).toEqual(['wake']);
    const { commands } = run(fresh, arrived(0, 4), { type: 'committed' }, [10, { type: 'handled' }], [60, { type: 'woken' }]);
    expect(said(commands)).toEqual(['commit 3 to 4']);
  });

  it('finishes the last block by a commit of its own', () => {
    const { commands } = run(fresh, arrived(0, 1), { type: 'committed' }, { type: 'handled' });
    expect(said(commands)).toEqual(['commit 2 to null']);
  });

  it('repeats a block that was announced, though more has arrived', () => {
    const start = begin<Arrival>({ next: 5, to: 6 }, 0);
    expect(said(run(start, arrived(5, 5)).commands)).toEqual([]);
    expect(said(run(start, arrived(5, 9)).commands)).toEqual(['commit 5 to 6']);
    expect(said(run(start, arrived(5, 9), { type: 'committed' }).commands)).toEqual(['hand 5-6 with 2 again']);
  });

  it('gives up the partition when a commit is refused or not answered', () => {
    const { state, commands } = run(fresh, arrived(0, 4), { type: 'commit-failed', error: 'ILLEGAL_GENERATION' });
    expect(said(commands)).toEqual(['give-up']);
    expect(said(run(state, { type: 'committed' }, arrived(5, 9)).commands)).toEqual([]);
  });

  it('hands out nothing when the acknowledgement comes after the partition was taken away', () => {
    expect(said(run(fresh, arrived(0, 4), { type: 'revoked' }, { type: 'committed' }).commands)).toEqual([]);
  });

  it('repeats a failed block after pauses that double up to ten seconds', () => {
    let { state } = run(fresh, arrived(0, 1), { type: 'committed' });
    const pauses: number[] = [];
    let now = 0;
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const failed = step(state, { type: 'failed' }, now, limits);
      const [wake] = failed.commands;
      if (wake?.type !== 'wake') throw new Error('no pause');
      pauses.push(wake.at - now);
      now = wake.at;
      const woken = step(failed.state, { type: 'woken' }, now, limits);
      expect(said(woken.commands)).toEqual(['hand 0-1 with 2 again']);
      state = woken.state;
    }
    expect(pauses).toEqual([100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000, 10_000]);
  });

  it('bounds a block by bytes and gives it at least one message', () => {
    expect(said(run(fresh, arrived(0, 2, 60)).commands)).toContain('commit 0 to 0');
    expect(said(run(fresh, arrived(0, 2, 600)).commands)).toContain('commit 0 to 0');
  });

  it('holds back the partition while two blocks wait, and not before a block is gathered', () => {
    const { state, commands } = run(fresh, arrived(0, 8));
    expect(said(commands)).toEqual(['commit 0 to 2', 'pause']);
    expect(said(run(begin<Arrival>({ next: 0, to: 50 }, 0), arrived(0, 8)).commands)).toEqual([]);
    const drained = run(state, { type: 'committed' }, { type: 'handled' }, [50, { type: 'woken' }], { type: 'committed' });
    expect(drained.state.paused).toBe(true);
    const resumed = run(drained.state, [60, { type: 'handled' }], [120, { type: 'woken' }]);
    expect(said(resumed.commands)).toEqual(['commit 6 to 8', 'resume']);
  });

  it('keeps the bounds of a block of which the broker has deleted a part', () => {
    const start = begin<Arrival>({ next: 5, to: 8 }, 7);
    expect(start.fetched).toBe(7);
    expect(said(run(start, arrived(7, 9), { type: 'committed' }).commands)).toEqual(['hand 5-8 with 2 again']);
  });

  it('goes on at the oldest message when a whole block was deleted', () => {
    const start = begin<Arrival>({ next: 5, to: 8 }, 12);
    expect(said(run(start, arrived(12, 12)).commands)).toEqual(['commit 12 to 12']);
  });

  it('goes over offsets that hold no message, but not over messages it was never given', () => {
    const gap = { type: 'arrived', from: 0, messages: messages(2, 3) } as const;
    expect(said(run(fresh, gap).commands)).toEqual(['commit 2 to 3']);
    expect(said(run(fresh, arrived(2, 3)).commands)).toEqual(['give-up']);
    expect(said(run(fresh, arrived(0, 1), arrived(0, 1)).commands)).toEqual([]);
  });

  it.each<[string, readonly ProtocolEvent[], string[]]>([
    ['nothing in hand', [], ['stopped']],
    ['a block in hand, after it', [arrived(0, 1), { type: 'committed' }], []],
    ['a failed block, at once', [arrived(0, 1), { type: 'committed' }, { type: 'failed' }], ['stopped']],
  ])('stops with %s', (_name, events, expected) => {
    expect(said(run(fresh, ...events, { type: 'stop' }).commands)).toEqual(expected);
  });

  it('finishes what it has before it stops, and starts nothing new', () => {
    const handled = run(fresh, arrived(0, 4), { type: 'committed' }, { type: 'stop' }, { type: 'handled' });
    expect(said(handled.commands)).toEqual(['commit 3 to null']);
    expect(said(run(handled.state, { type: 'committed' }).commands)).toEqual(['stopped']);
  });
});

describe('block protocol in random schedules', () => {
  it('stores every message once through crashes, zombies, rebalances, lost answers and late requests', () => {
    expect(runSchedules(5_000)).toBeGreaterThan(100_000);
  });

  const good: Protocol = { begin, step };
  it.each<[string, Protocol]>([
    [
      'inserts before the commit of the bounds is acknowledged',
      { ...good, step: (state, event, now, its) => hurried(step(state, event, now, its)) },
    ],
    ['does not repeat the bounds it finds', { ...good, begin: (at, low) => begin(at && { next: at.next, to: null }, low) }],
    ['goes on after a commit without an answer', { ...good, step: (state, event, now, its) => step(state, hopeful(event), now, its) }],
    ['tries a commit without an answer once more', { ...good, step: stubborn }],
    ['cuts a repeated block anew', { ...good, begin: (at, low) => begin(at && { next: at.next, to: at.to && at.to + 1 }, low) }],
    ['hands a block out after the partition was lost', { ...good, step: (state, event, now, its) => step(state, deaf(event), now, its) }],
  ])('finds out a protocol that %s', (_name, broken) => {
    expect(() => runSchedules(5_000, 1, broken)).toThrow(/^schedule \d+: /);
  });
});

/** Hands the block out together with the commit of its bounds. */
function hurried({ state, commands }: ReturnType<Protocol['step']>): ReturnType<Protocol['step']> {
  if (state.phase.name !== 'intending') return { state, commands };
  const { block } = state.phase;
  return { state, commands: [...commands, { type: 'hand', block }] };
}

function hopeful(event: ProtocolEvent): ProtocolEvent {
  return event.type === 'commit-failed' && event.error === 'no answer' ? { type: 'committed' } : event;
}

function deaf(event: ProtocolEvent): ProtocolEvent {
  return event.type === 'commit-failed' && event.error !== 'no answer' ? { type: 'committed' } : event;
}

/** Sends a commit without an answer once more, instead of joining again. */
function stubborn(...[state, event, now, its]: Parameters<Protocol['step']>): ReturnType<Protocol['step']> {
  const { phase } = state;
  if (event.type !== 'commit-failed' || event.error !== 'no answer') return step(state, event, now, its);
  if (phase.name === 'intending') return { state, commands: [{ type: 'commit', next: phase.block.first, to: phase.block.last }] };
  return { state, commands: [{ type: 'commit', next: state.next, to: null }] };
}
