import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RecordingPagerduty } from '../../libs/alert/src/channels/pagerduty/recording-pagerduty.contract.ts';
import { ClusterHouse } from './cluster-house.ts';
import { StandaloneProcess } from './standalone-process.ts';

const routingKey = 'a'.repeat(32);
const config = `
rules:
  - { id: slow-tools, name: Slow tool calls, metric: mcp_tool_duration_p95, condition: above, threshold: 2.5 s, windowS: 60,
      triggerAfter: 1, resolveAfter: 1, keepFiringForS: 0, minSamples: 20, severity: critical, groupBy: [tool], channels: [pagerduty] }
`;
const minuteMs = 60_000;
const modes = [
  ['embedded', (dataDir: string, env: Record<string, string>) => StandaloneProcess.start({ dataDir, env })],
  // Two alerters: who wakes somebody is one of them.
  ['cluster', (dataDir: string, env: Record<string, string>) => ClusterHouse.start({ dataDir, env, apps: { alerter: 2 } })],
] as const;

async function until(reached: () => boolean, mostMs = Number.POSITIVE_INFINITY): Promise<void> {
  const end = Date.now() + mostMs;
  while (!reached() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 100));
}

describe.each(modes)('slow tool calls (%s)', (_mode, start) => {
  let house: StandaloneProcess | ClusterHouse;
  let pagerduty: RecordingPagerduty;
  beforeAll(async () => {
    pagerduty = await RecordingPagerduty.start(routingKey, Date.now);
    const dataDir = await mkdtemp(join(tmpdir(), 'beaconhouse-'));
    const path = join(dataDir, 'beaconhouse.yml');
    await writeFile(path, config);
    house = await start(dataDir, {
      ...{ BEACONHOUSE_CONFIG: path, PAGERDUTY_ROUTING_KEY: routingKey, BEACONHOUSE_PAGERDUTY_URL: pagerduty.url },
      BEACONHOUSE_URL: 'https://beacons.example',
    });
  });
  afterAll(async () => {
    await house?.dispose();
    await pagerduty.close();
  });

  /** As widgets do that were used during the minute. */
  async function callTools(minute: number, durationMs: number): Promise<void> {
    const metrics = Array.from({ length: 40 }, (_, index) => ({
      ...{ name: 'mcp-tool-execution', value: durationMs + index, tool: 'search', environment: 'production' },
      timestamp: minute + index * 1_000,
    }));
    const response = await fetch(`${house.http}/api/rum-metrics`, { method: 'POST', body: JSON.stringify({ metrics }) });
    expect(response.status).toBe(204);
  }

  it('wake somebody, who is told when it is over', async () => {
    const judged = Math.floor((Date.now() - 15_000) / minuteMs) * minuteMs;
    // Whatever minutes are judged next, they were slow.
    for (const minute of [judged - minuteMs, judged, judged + minuteMs]) await callTools(minute, 4_000);
    await until(() => pagerduty.pages > 0);
    for (let minute = judged + 2 * minuteMs; pagerduty.open.length > 0; minute += minuteMs) {
      await callTools(minute, 200);
      await until(() => pagerduty.open.length === 0, minuteMs);
    }
    const [incident] = pagerduty.incidents;
    expect(incident!.payload).toMatchObject({ severity: 'critical', summary: expect.stringContaining('mcp_tool_duration') });
    const images = [
      { src: expect.stringMatching(/^https:\/\/beacons\.example\/api\/alerts\/incidents\/.+\/chart\.png\?until=\d+&sig=[\w-]{43}$/) },
    ];
    expect(incident!.history.map(({ event }) => event)).toMatchObject([{ event_action: 'trigger', images }, { event_action: 'resolve' }]);
    expect([pagerduty.pages, pagerduty.refusals]).toEqual([1, []]);
  }, 400_000);
});
