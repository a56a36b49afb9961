import type { DeployRow } from '#contracts';
import type { EventStream, OutgoingMessage } from '../stream/event-stream.ts';
import { messageId } from '../stream/message-id.ts';

/** Puts deploys onto the stream, from where they are stored and shown. Told again, they are the same messages. */
export async function publishDeploys(stream: EventStream, deploys: readonly DeployRow[]): Promise<void> {
  if (deploys.length > 0) await stream.publish('deploys', deploys.map(messageOf));
}

function messageOf(deploy: DeployRow): OutgoingMessage {
  const { tenant, app, env, release, at, kind } = deploy;
  return {
    // Those of one application and environment keep their order.
    key: JSON.stringify([tenant, app, env]),
    headers: { tenant, keyId: '', events: 1, beaconId: messageId(JSON.stringify([tenant, app, env, release, at, kind])) },
    value: Buffer.from(`${JSON.stringify(deploy)}\n`),
  };
}
