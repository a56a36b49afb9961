import { type AlertChange, AlertConflict, type AlertState } from '#platform';
import { changeOf, deliveryId, type PendingDelivery, recallOne } from '../alert-book.ts';
import type { Notice } from '../notices/notice.ts';

const writeTries = 5;

/** A notice for another channel than it was made for. */
export function insteadOf(
  { notice, seq }: { readonly notice: Notice; readonly seq: number },
  channel: string,
  { failed, now }: { readonly failed: string; readonly now: number },
): AlertChange {
  const id = deliveryId(notice.incident.id, channel, seq);
  const pending: PendingDelivery = {
    ...{ delivery: { id, channel, seq, notice }, createdAt: now, dueAt: now, attempts: 0, possiblySent: false },
    insteadOf: failed,
  };
  return changeOf('delivery', { project: notice.project, id }, undefined, pending);
}

/**
 * Channels that are told of an incident in place of others hear of its end too. Before they are told: an end of what nobody knows is
 * harmless, a pager that is left open is not. Answers those that did not know of it.
 */
export async function joinChannels(
  state: AlertState,
  incidentId: string,
  channels: readonly string[],
  now: number,
): Promise<readonly string[]> {
  for (let made = 1; ; made++) {
    const group = await recallOne(state, 'group', incidentId);
    const incident = await recallOne(state, 'incident', incidentId);
    const known = new Set([...(group?.value.face.channels ?? []), ...(incident?.value.channels ?? [])]);
    const missing = channels.filter((channel) => !known.has(channel));
    if (missing.length === 0) return [];
    try {
      if (group && group.value.face.resolvedAt === null) {
        const face = { ...group.value.face, channels: [...group.value.face.channels, ...missing] };
        const value = { ...group.value, face };
        await state.write({ at: now, changes: [changeOf('group', { project: face.project, id: incidentId }, group, value)] });
      } else if (incident) {
        const value = { ...incident.value, channels: [...incident.value.channels, ...missing] };
        await state.write({ at: now, changes: [changeOf('incident', { project: value.project, id: incidentId }, incident, value)] });
      }
      return missing;
    } catch (error) {
      if (!(error instanceof AlertConflict) || made >= writeTries) throw error;
    }
  }
}
