import type { Truth } from './draw.ts';

/** As `beaconhouse detect` writes it. */
export interface Answer {
  readonly id: string;
  readonly alerts: readonly {
    readonly t: number;
    readonly start: number;
    readonly dim: Readonly<Record<string, string>> | null;
    readonly deploy: number | null;
  }[];
}

/** An alarm later than this after a change has its full size is about something else. */
const horizon = 96;
const hoursOfMonth = 720;
const closeStart = 3;

export interface Score {
  readonly series: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Of steps of 10 % or more at 30 samples an hour or more. */
  readonly coreRecall: number;
  readonly maskedRecall: number;
  readonly falseAlarmsPerSeriesMonth: number;
  /** Hours from the change to the alarm, median: of steps, and of those of 50 %. */
  readonly delay: number;
  readonly delayOfLargest: number;
  /** Of those found: start within 3 hours, the right stratum (or none), the right deploy where there was one. */
  readonly closeStarts: number;
  readonly rightPlace: number;
  readonly rightDeploy: number;
  /** Found of planted, by family and size; false alarms by family. */
  readonly found: Readonly<Record<string, readonly [number, number]>>;
  readonly falseAlarms: Readonly<Record<string, number>>;
}

/** Each change counts once; every other alarm is false. `judgedHours` is how many hours of a series are judged. */
export function score(truths: readonly Truth[], answers: readonly Answer[], judgedHours: number): Score {
  const byId = new Map(answers.map((answer) => [answer.id, answer]));
  const found: Record<string, [number, number]> = {};
  const falseAlarms: Record<string, number> = {};
  const hits: { truth: Truth; change: NonNullable<Truth['change']>; alert: Answer['alerts'][number] }[] = [];
  for (const truth of truths) {
    const { change, family } = truth;
    const alerts = byId.get(truth.id)?.alerts ?? [];
    const alert = change === null ? undefined : alerts.find(({ t }) => t >= change.at && t <= change.full + horizon);
    const wrong = alerts.length - (alert ? 1 : 0);
    if (wrong > 0) falseAlarms[family] = (falseAlarms[family] ?? 0) + wrong;
    if (change === null) continue;
    const name = `${family}, ${Math.round(change.size * 100)} %`;
    found[name] ??= [0, 0];
    found[name][1] += 1;
    if (!alert) continue;
    found[name][0] += 1;
    hits.push({ truth, change, alert });
  }
  const changed = truths.filter(({ change }) => change !== null);
  const wrong = Object.values(falseAlarms).reduce((sum, count) => sum + count, 0);
  const recallOf = (kept: (truth: Truth) => boolean) => ratio(hits.filter(({ truth }) => kept(truth)).length, changed.filter(kept).length);
  const [precision, recall] = [ratio(hits.length, hits.length + wrong), recallOf(() => true)];
  const steps = hits.filter(({ change }) => change.full === change.at);
  const delays = (kept: typeof hits) => median(kept.map(({ alert, change }) => alert.t - change.at));
  const withDeploy = hits.filter(({ change }) => change.deploy !== null);
  return {
    ...{ series: truths.length, precision, recall, f1: ratio(2 * precision * recall, precision + recall) },
    coreRecall: recallOf(({ core }) => core),
    maskedRecall: recallOf(({ family }) => family === 'step hidden by fast traffic'),
    falseAlarmsPerSeriesMonth: ratio(wrong, (truths.length * judgedHours) / hoursOfMonth),
    delay: delays(steps),
    delayOfLargest: delays(steps.filter(({ change }) => change.size >= 0.5)),
    closeStarts: ratio(hits.filter(({ alert, change }) => Math.abs(alert.start - change.at) <= closeStart).length, hits.length),
    rightPlace: ratio(hits.filter(({ alert, change }) => JSON.stringify(alert.dim) === JSON.stringify(change.where)).length, hits.length),
    rightDeploy: ratio(withDeploy.filter(({ alert, change }) => alert.deploy === change.deploy).length, withDeploy.length),
    ...{ found, falseAlarms },
  };
}

const ratio = (part: number, whole: number) => (whole === 0 ? Number.NaN : part / whole);

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
