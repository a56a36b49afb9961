import { type AlertChange, AlertConflict, type AlertState } from '#platform';
import { changeOf, recall } from '../alert-book.ts';
import type { DeliveryChannel } from '../delivery/deliverer-parts.ts';
import type { ShownChannel } from './shown-channel.ts';

/** Writes down which channels there are, for processes that have no secrets and so cannot make them. */
export async function showChannels(state: AlertState, channels: ReadonlyMap<string, DeliveryChannel>, now: number): Promise<void> {
  const known = await recall(state, 'channel');
  const changes: AlertChange[] = [];
  for (const [id, { channel, fallback, ratePerMinute }] of channels) {
    const value: ShownChannel = { type: channel.type, fallback, ratePerMinute: ratePerMinute ?? null };
    const kept = known.get(id);
    if (JSON.stringify(kept?.value) !== JSON.stringify(value)) changes.push(changeOf('channel', { project: '', id }, kept, value));
  }
  for (const [id, kept] of known)
    if (!channels.has(id)) changes.push(changeOf('channel', { project: '', id, ended: true }, kept, kept.value));
  if (changes.length === 0) return;
  await state.write({ at: now, changes }).catch((error: unknown) => {
    // Another alerter wrote the same.
    if (!(error instanceof AlertConflict)) throw error;
  });
}
