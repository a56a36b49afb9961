import { z } from 'zod';
import type { SlackButton } from './slack-message.ts';

/** What somebody pressed. */
export type SlackAction =
  | { readonly action: Exclude<SlackButton, 'open'>; readonly incidentId: string; readonly deliveryId: string; readonly user: SlackUser }
  /** It only led somewhere, or is not ours. */
  | { readonly action: 'none' };

interface SlackUser {
  readonly id: string;
  /** As people know them. */
  readonly name: string;
}

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload, as far as it is read. */
const payloadSchema = z.object({
  type: z.string(),
  user: z.object({ id: z.string().min(1).max(100), username: z.string().max(200).optional(), name: z.string().max(200).optional() }),
  actions: z.array(z.object({ type: z.string(), action_id: z.string(), value: z.string().max(2_000).optional() })).max(25),
});

/** Of a request whose signature was verified; null where it is none of Slack's. */
export function readSlackAction(rawBody: Uint8Array): SlackAction | null {
  const payload = new URLSearchParams(Buffer.from(rawBody).toString()).get('payload');
  const read = payloadSchema.safeParse(parsed(payload ?? ''));
  if (!read.success) return null;
  const { type, user, actions } = read.data;
  const pressed = actions.find(({ action_id }) => action_id === 'acknowledge' || action_id === 'silence_1h');
  if (type !== 'block_actions' || !pressed) return { action: 'none' };
  const value = new URLSearchParams(pressed.value);
  const [incidentId, deliveryId] = [value.get('incident'), value.get('delivery')];
  if (!incidentId || !deliveryId) return null;
  const name = user.username || user.name || user.id;
  return { action: pressed.action_id as Exclude<SlackButton, 'open'>, incidentId, deliveryId, user: { id: user.id, name } };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
