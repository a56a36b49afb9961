import { expect } from '@jest/globals';
import type fc from 'fast-check';
import { rejectReasons } from '#contracts';
import type { StandaloneProcess } from '../e2e/standalone-process.ts';
import { type FuzzReport, fuzzIntake } from './fuzz-intake.ts';
import type { HostileRequest } from './hostile-beacons.ts';

interface HostileSender {
  readonly port: number;
  readonly requests: fc.Arbitrary<HostileRequest>;
  readonly cases: number;
  readonly seed: number;
  /** Status of what is stored. */
  readonly stored: number;
}

/** Each request is answered with 2xx or 4xx and a reason, some are stored, no row is refused behind the answer, and the ledger balances. */
export async function expectSoundUnder(
  { port, requests, cases, seed, stored }: HostileSender,
  house: StandaloneProcess,
): Promise<FuzzReport> {
  const codeOf = (text: string) => rejectReasons.find((reason) => text.includes(`"${reason}"`));
  const report = await fuzzIntake(port, cases, seed, { requests, codeOf });
  expect(report.malformed).toEqual([]);
  expect(Object.keys(report.statuses).filter((status) => status !== String(stored) && !/^4\d\d$/.test(status))).toEqual([]);
  expect(report.statuses[stored]).toBeGreaterThan(cases / 10);
  await house.whenLoaded();
  const ledger = (await (await fetch(`${house.api}/api/ledger`)).json()) as { difference: object };
  expect(ledger.difference).toEqual({ received: { beacons: 0, events: 0 }, accepted: { beacons: 0, events: 0 } });
  expect(await house.ask('SELECT reason, substring(raw, 1, 3000) AS message FROM dead_letter LIMIT 3')).toEqual([]);
  return report;
}
