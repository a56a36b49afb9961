import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TelemetryHouse } from './telemetry-house.contract.ts';

let house: TelemetryHouse;
beforeAll(async () => {
  house = await TelemetryHouse.open();
});
afterAll(() => house.close());

describe('TelemetryIntake, where the stream takes nothing', () => {
  it('says that a request is to be sent again, and counts that', async () => {
    await house.stream.close();
    const origin = { service: 'shop', env: 'production', release: '', sessionId: '' };
    const log = { origin, at: house.clock.now(), severity: 9, name: '', body: 'x', traceId: '', spanId: '', attributes: {} };
    const metrics = [{ name: 'LCP', value: 1 }];
    expect(await house.take({ logs: [log, log], beacons: [{ metrics }] })).toMatchObject({
      refusal: { refused: 'stream_unavailable', retryAfterSeconds: expect.any(Number) },
    });
    const counted = house.book.take().filter(({ outcome }) => outcome === 'rejected');
    expect(counted.map(({ reason, events }) => [reason, events])).toEqual([['stream_unavailable', 3]]);
  });
});
