import type { EventStream, Warehouse } from '#platform';

const bounds = { maxMessages: 100, maxBytes: 1024 * 1024, lingerMs: 0 };

/** Stores what stands on the topic `deploys` as a loader does, until the returned function is called. */
export function loadDeploys(stream: EventStream, warehouse: Warehouse): Promise<() => Promise<void>> {
  return stream.consume({ topic: 'deploys', group: 'loader', ...bounds }, async ({ partition, first, last, messages }) => {
    const rows = Buffer.concat(messages.map(({ value }) => value));
    await warehouse.insert({ table: 'deploy_events', token: `deploys:${partition}:${first}-${last}`, rows });
  });
}

export async function deploysLoaded(stream: EventStream): Promise<void> {
  while ((await stream.lag('deploys', 'loader')).messages > 0) await new Promise((resolve) => setTimeout(resolve, 5));
}
