import type { FoundRegression } from '../../libs/detect/src/regressions/judged-hours.ts';

const hourMs = 3_600_000;
const found = Date.UTC(2026, 4, 6, 10);

/** A regression as it is found: LCP of all of an application, nine hours old. */
export function foundRegression(given: Partial<FoundRegression> = {}): FoundRegression {
  const { id = 'regression', cause = id } = given;
  const since = found - 9 * hourMs;
  return {
    ...{ project: 'default', app: 'shop', env: 'production', metric: 'LCP', segment: {}, where: null, found, since, deploy: null },
    ...{ severity: 'medium', currentValue: 2600, baselineValue: 2000, percentageChange: 30, trend: 'stable', samples: 4321 },
    evidence: {
      ...{ z: 9.1, bar: 5.3, windowHours: 8, statistic: 'rank', shift: 0.26, confidence: 0.999999 },
      hourly: [[since, 0.26, 0.02]],
      distribution: [
        [1000, 0.6, 0.4],
        [2000, 0.4, 0.6],
      ],
    },
    explained: [{ dimension: 'device', value: 'mobile', slower: 20, mix: 1, shareBefore: 0.5, shareNow: 0.52 }],
    ...given,
    ...{ id, cause },
  };
}
