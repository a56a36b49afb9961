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
const starts = {
  embedded: (dataDir: string, env: Record<string, string>) => StandaloneProcess.start({ dataDir, env }),
  // Two alerters: who wakes somebody is one of them.
  cluster: (dataDir: string, env: Record<string, string>) => ClusterHouse.start({ dataDir, env, apps: { alerter: 2 } }),
};
const modes = Object.keys(starts) as (keyof typeof starts)[];

async function until(reached: () => boolean, mostMs = Number.POSITIVE_INFINITY): Promise<void> {
  const end = Date.now() + mostMs;
  while (!reached() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 100));
}

/** A house of one mode, and the PagerDuty that it tells. */
class Story {
  private constructor(
    private readonly house: StandaloneProcess | ClusterHouse,
    readonly pagerduty: RecordingPagerduty,
  ) {}

  static async begin(mode: keyof typeof starts): Promise<Story> {
    const pagerduty = await RecordingPagerduty.start(routingKey, Date.now);
    const dataDir = await mkdtemp(join(tmpdir(), 'beaconhouse-'));
    const path = join(dataDir, 'beaconhouse.yml');
    await writeFile(path, config);
    const house = await starts[mode](dataDir, {
      ...{ BEACONHOUSE_CONFIG: path, PAGERDUTY_ROUTING_KEY: routingKey, BEACONHOUSE_PAGERDUTY_URL: pagerduty.url },
      // Charts have an address.
      ...{ BEACONHOUSE_URL: 'https://beacons.example', BEACONHOUSE_LINK_SECRET: 'b'.repeat(16) },
    });
    return new Story(house, pagerduty);
  }

  /** Tools are slow until somebody is woken, and then until the end is told. */
  async play(): Promise<this> {
    const judged = Math.floor((Date.now() - 15_000) / minuteMs) * minuteMs;
    // Whatever minutes are judged next, they were slow.
    for (const minute of [judged - minuteMs, judged, judged + minuteMs]) await this.#callTools(minute, 4_000);
    await until(() => this.pagerduty.pages > 0);
    for (let minute = judged + 2 * minuteMs; this.pagerduty.open.length > 0; minute += minuteMs) {
      await this.#callTools(minute, 200);
      await until(() => this.pagerduty.open.length === 0, minuteMs);
    }
    return this;
  }

  async end(): Promise<void> {
    await this.house.dispose();
    await this.pagerduty.close();
  }

  /** As widgets do that were used during the minute. */
  async #callTools(minute: number, durationMs: number): Promise<void> {
    const metrics = Array.from({ length: 40 }, (_, index) => ({
      ...{ name: 'mcp-tool-execution', value: durationMs + index, widgetContext: { toolName: 'search' }, environment: 'production' },
      timestamp: minute + index * 1_000,
    }));
    const response = await fetch(`${this.house.http}/api/rum-metrics`, { method: 'POST', body: JSON.stringify({ metrics }) });
    expect(response.status).toBe(204);
  }
}

describe('slow tool calls', () => {
  const begun: Promise<Story>[] = [];
  const played = new Map<string, Promise<Story>>();
  // Both modes at once: most of it is waiting for a minute to be over.
  beforeAll(() => {
    for (const mode of modes) {
      const story = Story.begin(mode);
      const told = story.then((one) => one.play());
      // The test that waits for it says what was wrong.
      told.catch(() => undefined);
      begun.push(story);
      played.set(mode, told);
    }
  });
  afterAll(async () => {
    const started = (await Promise.allSettled(begun)).filter((story) => story.status === 'fulfilled');
    await Promise.all(started.map(({ value }) => value.end()));
  });

  it.each(modes)(
    'wake somebody, who is told when it is over (%s)',
    async (mode) => {
      const { pagerduty } = await played.get(mode)!;
      const [incident] = pagerduty.incidents;
      expect(incident!.payload).toMatchObject({ severity: 'critical', summary: expect.stringMatching(/mcp_tool_duration.* tool=search/) });
      const images = [
        { src: expect.stringMatching(/^https:\/\/beacons\.example\/api\/alerts\/incidents\/.+\/chart\.png\?until=\d+&sig=[\w-]{43}$/) },
      ];
      expect(incident!.history.map(({ event }) => event)).toMatchObject([{ event_action: 'trigger', images }, { event_action: 'resolve' }]);
      expect([pagerduty.pages, pagerduty.refusals]).toEqual([1, []]);
    },
    400_000,
  );
});
