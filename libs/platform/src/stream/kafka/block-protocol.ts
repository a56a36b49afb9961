import { lingerAfter } from '../linger.ts';
import type { CommittedPosition } from './committed-position.ts';

/** What the protocol needs to know of a message. */
export interface Arrival {
  readonly offset: number;
  readonly value: { readonly length: number };
}

export interface BlockLimits {
  readonly maxMessages: number;
  readonly maxBytes: number;
  readonly lingerMs: number;
  readonly longestLingerMs?: number;
}

export interface BlockInHand<M> {
  readonly first: number;
  readonly last: number;
  readonly messages: readonly M[];
  readonly repeated: boolean;
}

type Phase<M> =
  /** The messages of a block that was handed out before are coming in. */
  | { readonly name: 'gathering'; readonly to: number }
  | { readonly name: 'waiting' }
  /** The commit of the block's bounds is on its way. */
  | { readonly name: 'intending'; readonly block: BlockInHand<M>; readonly since: number }
  | { readonly name: 'working'; readonly block: BlockInHand<M>; readonly since: number; readonly pause: number }
  | { readonly name: 'pausing'; readonly block: BlockInHand<M>; readonly since: number; readonly pause: number; readonly until: number }
  /** The commit that finishes the last block is on its way, because no next one is there to do it. */
  | { readonly name: 'completing' }
  | { readonly name: 'ended' };

/** One partition, from its assignment to a member until it is taken away. */
export interface ProtocolState<M extends Arrival = Arrival> {
  readonly phase: Phase<M>;
  /** The first message not known to be finished. */
  readonly next: number;
  /** The group's committed position is `next`, without a block. */
  readonly saved: boolean;
  readonly buffer: readonly M[];
  readonly bufferBytes: number;
  /** Everything before this has arrived. */
  readonly fetched: number;
  /** When the next block may start. */
  readonly due: number;
  readonly paused: boolean;
  readonly stopping: boolean;
}

export type ProtocolEvent<M extends Arrival = Arrival> =
  /** `from` is the offset that was asked for: a gap behind it holds no messages, a gap before it was never looked at. */
  | { readonly type: 'arrived'; readonly from: number; readonly messages: readonly M[] }
  | { readonly type: 'committed' }
  /** Refused, or not answered. */
  | { readonly type: 'commit-failed'; readonly error: string }
  | { readonly type: 'handled' }
  | { readonly type: 'failed' }
  | { readonly type: 'woken' }
  | { readonly type: 'stop' }
  | { readonly type: 'revoked' };

export type ProtocolCommand<M extends Arrival = Arrival> =
  | { readonly type: 'commit'; readonly next: number; readonly to: number | null }
  | { readonly type: 'hand'; readonly block: BlockInHand<M> }
  | { readonly type: 'wake'; readonly at: number }
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }
  /** The member must join again before it touches the partition: only a new generation knows what is committed. */
  | { readonly type: 'give-up'; readonly reason: string }
  | { readonly type: 'stopped' };

export interface Step<M extends Arrival = Arrival> {
  readonly state: ProtocolState<M>;
  readonly commands: readonly ProtocolCommand<M>[];
}

/** First and longest pause before a failed block is tried again. */
const retryMs = { first: 100, longest: 10_000 } as const;

/**
 * The state right after a position was read in the generation that owns the partition. A block of which the broker still has a part
 * keeps its bounds, so that its name stays what an earlier insert used.
 */
export function begin<M extends Arrival>(committed: CommittedPosition | undefined, low: number): ProtocolState<M> {
  const next = committed?.next ?? low;
  const to = committed?.to ?? null;
  const gathering = to !== null && to >= low;
  const start = gathering ? next : Math.max(next, low);
  return {
    ...{ phase: gathering ? { name: 'gathering', to } : { name: 'waiting' }, next: start, saved: to === null && start === next },
    ...{ buffer: [], bufferBytes: 0, fetched: Math.max(start, low), due: Number.NEGATIVE_INFINITY, paused: false, stopping: false },
  };
}

/**
 * Exactly once without a store beside the warehouse. Before a block is handed out its bounds are committed and the commit is
 * acknowledged in the current generation; whoever reads a position with bounds repeats that very block. A commit without an answer may
 * still arrive, after any later one of the same generation: the member then joins again, because a broker refuses the commits of
 * generations that have passed. So at most one block is unfinished, and everyone knows the same one.
 */
export function step<M extends Arrival>(state: ProtocolState<M>, event: ProtocolEvent<M>, now: number, limits: BlockLimits): Step<M> {
  if (state.phase.name === 'ended') return { state, commands: [] };
  return balance(react(state, event, now, limits), limits);
}

function react<M extends Arrival>(state: ProtocolState<M>, event: ProtocolEvent<M>, now: number, limits: BlockLimits): Step<M> {
  switch (event.type) {
    case 'arrived':
      return arrived(state, event, now, limits);
    case 'committed':
      return committed(state, now, limits);
    case 'commit-failed':
      return giveUp(state, `a commit was not acknowledged: ${event.error}`);
    case 'handled':
      return handled(state, now, limits);
    case 'failed':
      return failed(state, now);
    case 'woken':
      return woken(state, now, limits);
    case 'stop':
      return stop({ ...state, stopping: true }, now, limits);
    case 'revoked':
      return { state: ended(state), commands: [] };
  }
}

function arrived<M extends Arrival>(
  state: ProtocolState<M>,
  { from, messages }: { from: number; messages: readonly M[] },
  now: number,
  limits: BlockLimits,
): Step<M> {
  if (from > state.fetched) return giveUp(state, `the messages ${state.fetched} to ${from - 1} were passed over`);
  const fresh = messages.filter(({ offset }) => offset >= state.fetched);
  const last = fresh.at(-1);
  if (!last) return { state, commands: [] };
  const bufferBytes = state.bufferBytes + bytesOf(fresh);
  return advance({ ...state, buffer: state.buffer.concat(fresh), bufferBytes, fetched: last.offset + 1 }, now, limits);
}

function committed<M extends Arrival>(state: ProtocolState<M>, now: number, limits: BlockLimits): Step<M> {
  const { phase } = state;
  if (phase.name === 'intending') return hand(state, phase.block, phase.since, retryMs.first);
  if (phase.name === 'completing') return advance({ ...state, phase: { name: 'waiting' }, saved: true }, now, limits);
  return { state, commands: [] };
}

function hand<M extends Arrival>(state: ProtocolState<M>, block: BlockInHand<M>, since: number, pause: number): Step<M> {
  return { state: { ...state, phase: { name: 'working', block, since, pause } }, commands: [{ type: 'hand', block }] };
}

function handled<M extends Arrival>(state: ProtocolState<M>, now: number, limits: BlockLimits): Step<M> {
  if (state.phase.name !== 'working') return { state, commands: [] };
  const { block, since } = state.phase;
  const due = since + lingerAfter(now - since, limits);
  return advance({ ...state, phase: { name: 'waiting' }, next: block.last + 1, saved: false, due }, now, limits);
}

function failed<M extends Arrival>(state: ProtocolState<M>, now: number): Step<M> {
  if (state.phase.name !== 'working') return { state, commands: [] };
  if (state.stopping) return { state: ended(state), commands: [{ type: 'stopped' }] };
  const { block, since, pause } = state.phase;
  const until = now + pause;
  const phase = {
    name: 'pausing',
    block: { ...block, repeated: true },
    since,
    pause: Math.min(pause * 2, retryMs.longest),
    until,
  } as const;
  return { state: { ...state, phase }, commands: [{ type: 'wake', at: until }] };
}

function woken<M extends Arrival>(state: ProtocolState<M>, now: number, limits: BlockLimits): Step<M> {
  const { phase } = state;
  if (phase.name !== 'pausing') return advance(state, now, limits);
  if (now < phase.until) return { state, commands: [] };
  return hand(state, phase.block, phase.since, phase.pause);
}

/** Finishes the block in hand; one that waits after a failure stays as it is, for whoever comes next. */
function stop<M extends Arrival>(state: ProtocolState<M>, now: number, limits: BlockLimits): Step<M> {
  if (state.phase.name === 'pausing' || state.phase.name === 'gathering') return { state: ended(state), commands: [{ type: 'stopped' }] };
  return advance(state, now, limits);
}

/** Starts what can be started while no block is in hand. */
function advance<M extends Arrival>(state: ProtocolState<M>, now: number, limits: BlockLimits): Step<M> {
  if (state.phase.name === 'gathering') return gather(state, state.phase.to, now, limits);
  if (state.phase.name !== 'waiting') return { state, commands: [] };
  if (state.stopping || state.buffer.length === 0) return complete(state);
  if (now < state.due) return { state, commands: [{ type: 'wake', at: state.due }] };
  const count = blockLength(state.buffer, limits);
  return intend(state, { first: state.buffer[0]!.offset, last: state.buffer[count - 1]!.offset, repeated: false }, count, now);
}

function gather<M extends Arrival>(state: ProtocolState<M>, to: number, now: number, limits: BlockLimits): Step<M> {
  if (state.fetched <= to) return { state, commands: [] };
  const after = state.buffer.findIndex(({ offset }) => offset > to);
  const count = after === -1 ? state.buffer.length : after;
  if (count === 0) return advance({ ...state, phase: { name: 'waiting' }, next: to + 1, saved: false }, now, limits);
  return intend(state, { first: state.next, last: to, repeated: true }, count, now);
}

function intend<M extends Arrival>(state: ProtocolState<M>, bounds: Omit<BlockInHand<M>, 'messages'>, count: number, now: number): Step<M> {
  const messages = state.buffer.slice(0, count);
  const rest = { buffer: state.buffer.slice(count), bufferBytes: state.bufferBytes - bytesOf(messages) };
  const phase = { name: 'intending', block: { ...bounds, messages }, since: now } as const;
  return { state: { ...state, ...rest, phase, saved: false }, commands: [{ type: 'commit', next: bounds.first, to: bounds.last }] };
}

function complete<M extends Arrival>(state: ProtocolState<M>): Step<M> {
  if (!state.saved)
    return { state: { ...state, phase: { name: 'completing' } }, commands: [{ type: 'commit', next: state.next, to: null }] };
  return state.stopping ? { state: ended(state), commands: [{ type: 'stopped' }] } : { state, commands: [] };
}

function giveUp<M extends Arrival>(state: ProtocolState<M>, reason: string): Step<M> {
  return { state: ended(state), commands: [{ type: 'give-up', reason }] };
}

function ended<M extends Arrival>(state: ProtocolState<M>): ProtocolState<M> {
  return { ...state, phase: { name: 'ended' }, buffer: [], bufferBytes: 0 };
}

/** The bounds of a block; it always has at least one message. */
function blockLength(buffer: readonly Arrival[], { maxMessages, maxBytes }: BlockLimits): number {
  let bytes = 0;
  let count = 0;
  for (const { value } of buffer) {
    bytes += value.length;
    if (count > 0 && (count >= maxMessages || bytes > maxBytes)) break;
    count += 1;
  }
  return count;
}

/**
 * Bounds memory: two blocks may wait beside the one in hand, and what one fetch brings on top. While a block is being gathered nothing
 * is held back: it was small enough when it was made.
 */
function balance<M extends Arrival>({ state, commands }: Step<M>, { maxMessages, maxBytes }: BlockLimits): Step<M> {
  const { phase, buffer, bufferBytes, paused } = state;
  if (phase.name === 'ended') return { state, commands };
  const full = phase.name !== 'gathering' && (buffer.length >= 2 * maxMessages || bufferBytes >= 2 * maxBytes);
  if (full && !paused) return { state: { ...state, paused: true }, commands: [...commands, { type: 'pause' }] };
  const drained = buffer.length < maxMessages && bufferBytes < maxBytes;
  if (drained && paused) return { state: { ...state, paused: false }, commands: [...commands, { type: 'resume' }] };
  return { state, commands };
}

function bytesOf(messages: readonly Arrival[]): number {
  return messages.reduce((sum, { value }) => sum + value.length, 0);
}
