import { seededRandom } from '../../../../../test/seed/seeded-random.ts';
import {
  type Arrival,
  type BlockInHand,
  begin,
  type ProtocolCommand,
  type ProtocolEvent,
  type ProtocolState,
  step,
} from './block-protocol.ts';
import type { CommittedPosition } from './committed-position.ts';

/** The protocol under test; a broken one must be found out. */
export interface Protocol {
  readonly begin: typeof begin<Arrival>;
  readonly step: typeof step<Arrival>;
}

const limits = { maxMessages: 4, maxBytes: 6, lingerMs: 50, longestLingerMs: 400 };
const members = 3;

/** A request on its way. It may arrive after its sender has given it up, died, or been replaced. */
type Packet =
  | { readonly type: 'commit'; readonly from: Tenant; readonly next: number; readonly to: number | null }
  | { readonly type: 'insert'; readonly from: Tenant; readonly block: BlockInHand<Arrival> };

/** A member in one generation. It goes on until it learns that it is over. */
interface Tenant {
  readonly member: number;
  readonly generation: number;
  state: ProtocolState | undefined;
  waitsFor: Packet | undefined;
  /** Handed to the handler, which has not sent its insert yet. */
  inHand: BlockInHand<Arrival> | undefined;
  wakeAt: number | undefined;
}

class Broken extends Error {}

/** One partition, its group, its members and the warehouse, moved one random step at a time. */
class World {
  now = 0;
  readonly log: Arrival[] = [];
  #nextOffset = 0;
  #generation = 0;
  #committed: CommittedPosition | undefined;
  readonly #acknowledgedIntents = new Set<string>();
  readonly #stored = new Map<string, readonly number[]>();
  readonly #packets: Packet[] = [];
  readonly #tenants = new Map<number, Tenant>();

  constructor(
    private readonly protocol: Protocol,
    private readonly random: () => number,
  ) {}

  /** Something that can happen at any moment. */
  stir(): void {
    const acts = [
      ...[() => this.#append(), () => this.#append(), () => this.#anyTenant((tenant) => this.#fetch(tenant))],
      ...[() => this.#anyTenant((tenant) => this.#fetch(tenant)), () => this.#anyTenant((tenant) => this.#insert(tenant))],
      ...[() => this.#deliverAny(), () => this.#deliverAny(), () => this.#deliverAny(), () => this.#pass(this.#below(300))],
      () => this.#anyTenant((tenant) => this.#readPosition(tenant)),
      () => this.#anyTenant((tenant) => this.#wake(tenant)),
      ...(this.#chance(0.3) ? [() => this.#anyTenant((tenant) => this.#loseAnswer(tenant))] : []),
      ...(this.#chance(0.3) ? [() => this.#join(this.#below(members))] : []),
      ...(this.#chance(0.2) ? [() => this.#anyTenant((tenant) => this.#crash(tenant))] : []),
      ...(this.#chance(0.3) ? [() => this.#anyTenant((tenant) => this.#learnsItIsOver(tenant))] : []),
      ...(this.#chance(0.05) ? [() => this.#anyTenant((tenant) => this.#take(tenant, { type: 'stop' }))] : []),
    ];
    acts[this.#below(acts.length)]!();
  }

  /** Lets everything come to rest: late packets arrive, one member works on, nothing fails any more. */
  settle(): void {
    for (let round = 0; round < 2_000; round += 1) {
      while (this.#packets.length > 0) this.#deliverAny();
      const current = [...this.#tenants.values()].find(({ generation }) => generation === this.#generation);
      if (!current || current.state?.phase.name === 'ended') this.#join(0);
      for (const tenant of this.#tenants.values()) {
        this.#readPosition(tenant);
        this.#fetch(tenant);
        this.#insert(tenant);
        this.#pass(50);
        this.#wake(tenant);
      }
      if (this.#packets.length === 0 && this.#storedOffsets().length >= this.log.length) return;
    }
    throw new Broken('it never came to rest');
  }

  assertStoredOnce(): void {
    const stored = this.#storedOffsets().sort((a, b) => a - b);
    const appended = this.log.map(({ offset }) => offset);
    if (stored.join() !== appended.join()) throw new Broken(`appended ${appended.join()}, stored ${stored.join()}`);
  }

  #storedOffsets(): number[] {
    return [...this.#stored.values()].flat();
  }

  #append(): void {
    if (this.log.length >= 40) return;
    // A gap, as after a transaction's marker.
    if (this.#chance(0.1)) this.#nextOffset += 1;
    for (let count = 1 + this.#below(5); count > 0; count -= 1)
      this.log.push({ offset: this.#nextOffset++, value: { length: 1 + this.#below(3) } });
  }

  /** The member is alone in a new generation. The others do not know yet; it knows that what it had is over. */
  #join(member: number): void {
    const before = this.#tenants.get(member);
    if (before) this.#learnsItIsOver(before);
    this.#generation += 1;
    const tenant = { member, generation: this.#generation, state: undefined, waitsFor: undefined, inHand: undefined, wakeAt: undefined };
    this.#tenants.set(member, tenant);
  }

  #readPosition(tenant: Tenant): void {
    if (tenant.generation === this.#generation) tenant.state ??= this.protocol.begin(this.#committed, 0);
  }

  #fetch(tenant: Tenant): void {
    if (!tenant.state || tenant.state.phase.name === 'ended') return;
    const from = tenant.state.fetched;
    const messages = this.log.filter(({ offset }) => offset >= from).slice(0, 1 + this.#below(7));
    if (messages.length > 0) this.#take(tenant, { type: 'arrived', from, messages });
  }

  /** The handler's next step. It looks whether it still owns the partition, and cannot know better than its member. */
  #insert(tenant: Tenant): void {
    const { inHand: block, state } = tenant;
    if (!block || !state || state.phase.name === 'ended') return;
    tenant.inHand = undefined;
    this.#send(tenant, { type: 'insert', from: tenant, block });
  }

  #take(tenant: Tenant, event: ProtocolEvent): void {
    if (!tenant.state) return;
    const { state, commands } = this.protocol.step(tenant.state, event, this.now, limits);
    tenant.state = state;
    for (const command of commands) this.#do(tenant, command);
  }

  #do(tenant: Tenant, command: ProtocolCommand): void {
    if (command.type === 'commit') this.#send(tenant, { type: 'commit', from: tenant, next: command.next, to: command.to });
    if (command.type === 'hand') tenant.inHand = command.block;
    if (command.type === 'wake') tenant.wakeAt = command.at;
  }

  #send(tenant: Tenant, packet: Packet): void {
    tenant.waitsFor = packet;
    this.#packets.push(packet);
  }

  #deliverAny(): void {
    const [packet] = this.#packets.splice(this.#below(this.#packets.length), 1);
    if (packet?.type === 'commit') this.#commit(packet);
    if (packet?.type === 'insert') this.#store(packet);
  }

  #commit(packet: Packet & { type: 'commit' }): void {
    const { from, next, to } = packet;
    const refused = from.generation !== this.#generation;
    if (!refused) this.#committed = { next, to };
    if (!refused && to !== null) this.#acknowledgedIntents.add(`${next}-${to}`);
    this.#answer(packet, refused ? { type: 'commit-failed', error: 'ILLEGAL_GENERATION' } : { type: 'committed' });
  }

  #store(packet: Packet & { type: 'insert' }): void {
    const { first, last, messages } = packet.block;
    const token = `${first}-${last}`;
    const offsets = messages.map(({ offset }) => offset);
    if (!this.#acknowledgedIntents.has(token)) throw new Broken(`${token} was inserted before its bounds were committed`);
    const known = this.#stored.get(token);
    if (known && known.join() !== offsets.join()) throw new Broken(`${token} held ${known.join()} and then ${offsets.join()}`);
    const elsewhere = new Set(known ? [] : this.#storedOffsets());
    const twice = offsets.filter((offset) => elsewhere.has(offset));
    if (twice.length > 0) throw new Broken(`${token} stores ${twice.join()} a second time`);
    this.#stored.set(token, offsets);
    this.#answer(packet, { type: 'handled' });
  }

  #answer(packet: Packet, event: ProtocolEvent): void {
    const tenant = packet.from;
    if (tenant.waitsFor !== packet) return;
    tenant.waitsFor = undefined;
    this.#take(tenant, event);
  }

  /** The request may still arrive, or has arrived: its sender does not know. */
  #loseAnswer(tenant: Tenant): void {
    const { waitsFor } = tenant;
    tenant.waitsFor = undefined;
    if (waitsFor?.type === 'commit') this.#take(tenant, { type: 'commit-failed', error: 'no answer' });
    if (waitsFor?.type === 'insert') this.#take(tenant, { type: 'failed' });
  }

  #crash(tenant: Tenant): void {
    this.#tenants.delete(tenant.member);
    tenant.waitsFor = undefined;
    tenant.state = undefined;
  }

  #learnsItIsOver(tenant: Tenant): void {
    if (tenant.generation !== this.#generation || this.#chance(0.2)) this.#take(tenant, { type: 'revoked' });
  }

  #wake(tenant: Tenant): void {
    if (tenant.wakeAt === undefined || tenant.wakeAt > this.now) return;
    tenant.wakeAt = undefined;
    this.#take(tenant, { type: 'woken' });
  }

  #pass(ms: number): void {
    this.now += ms;
  }

  #anyTenant(act: (tenant: Tenant) => void): void {
    const tenants = [...this.#tenants.values()];
    const tenant = tenants[this.#below(tenants.length)];
    if (tenant) act(tenant);
  }

  #below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  #chance(probability: number): boolean {
    return this.random() < probability;
  }
}

/**
 * Runs random schedules of crashes, zombies, rebalances, lost answers and late requests; throws at the first that stores a message twice
 * or never, overlaps two blocks, or inserts what was not announced. Answers how many messages were stored in all.
 */
export function runSchedules(count: number, firstSeed = 1, protocol: Protocol = { begin, step }): number {
  let stored = 0;
  for (let seed = firstSeed; seed < firstSeed + count; seed += 1) {
    const random = seededRandom(seed);
    const world = new World(protocol, random);
    try {
      for (let acts = 50 + Math.floor(random() * 250); acts > 0; acts -= 1) world.stir();
      world.settle();
      world.assertStoredOnce();
    } catch (error) {
      throw new Error(`schedule ${seed}: ${(error as Error).message}`, { cause: error });
    }
    stored += world.log.length;
  }
  return stored;
}
