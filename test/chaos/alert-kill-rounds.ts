import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding } from '#contracts';
import { RecordingPagerduty } from '../../libs/alert/src/channels/pagerduty/recording-pagerduty.contract.ts';
import { RecordingSlack } from '../../libs/alert/src/channels/slack/recording-slack.contract.ts';
import { FastClock } from '../../libs/platform/src/clock/fast-clock.contract.ts';
import { seededRandom } from '../seed/seeded-random.ts';
import { AlerterProcess } from './alerter-process.ts';
import { AlerterServices } from './alerter-services.ts';
import { type AlertComparison, compareTold, openMessages } from './told-comparison.ts';
import { Waves } from './waves.ts';

export interface AlertKillOptions {
  readonly mode: 'embedded' | 'cluster';
  readonly rounds: number;
  /** The same seed makes the same schedule of faults. */
  readonly seed: number;
  readonly onRound?: (round: number, fault: string, pages: number) => void;
}

export interface AlertKillReport extends AlertComparison {
  readonly rounds: number;
  readonly seconds: number;
  readonly faults: Readonly<Record<string, number>>;
}

const minuteMs = 60_000;
/** A minute of the house takes 0.6 s. */
const factor = 100;
const routingKey = 'c'.repeat(32);
const [slackToken, slackChannel] = ['xoxb-of-the-test', 'C0ALERTS'];
const shared = { windowS: 60, minSamples: 10, triggerAfter: 1, resolveAfter: 2, keepFiringForS: 0, severity: 'critical' };
const rules = [
  // Each has a message of its own.
  {
    ...shared,
    id: 'slow-tools',
    metric: 'mcp_tool_duration_p95',
    condition: 'above',
    threshold: '2.5 s',
    groupBy: ['tool'],
    notifyBy: ['tool'],
  },
  { id: 'budgets', kind: 'budget', notifyBy: ['route'] },
];
/** What is not told by then never is. */
const longestEndMs = 60_000;
/** Rounds take about a second and a half; the end waits for a calm minute. */
const minutesOf = (rounds: number) => Math.ceil(rounds * 8) + 300;

/** Where in a round the process dies. */
const faults = [
  ...['at some moment', 'over a page that was taken', 'over a page that was not taken', 'over the second page'],
  ...['over a message that was taken', 'over a message that was not taken', 'over an edit that was taken'],
] as const;
const clusterFaults = [...faults, 'after Redis was'] as const;
type Fault = (typeof clusterFaults)[number];

/** Kills the alerting service again and again while rules are broken and findings come, and compares what providers were told. */
export async function runAlertKills(options: AlertKillOptions): Promise<AlertKillReport> {
  const dataDir = await mkdtemp(join(tmpdir(), 'beaconhouse-alert-kill-'));
  const services = await AlerterServices.start(options.mode, dataDir);
  const run = await AlertKillRun.begin(options, dataDir, services);
  try {
    while (run.round < options.rounds) await run.oneRound();
    return await run.finish();
  } finally {
    await run.close();
    await services.stop();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
  }
}

class AlertKillRun {
  round = 0;
  readonly #random: () => number;
  readonly #began = performance.now();
  readonly #faults: Record<string, number> = {};
  /** Findings that are stored, by id, and whether they are over. */
  readonly #findings = new Map<string, { finding: Finding; over: boolean }>();
  readonly #unsent: Finding[] = [];
  #alerter: AlerterProcess | undefined;

  private constructor(
    private readonly options: AlertKillOptions,
    private readonly dataDir: string,
    private readonly services: AlerterServices,
    private readonly clock: FastClock,
    private readonly epoch: { readonly house: number; readonly wall: number },
    private readonly pagerduty: RecordingPagerduty,
    private readonly slack: RecordingSlack,
  ) {
    this.#random = seededRandom(options.seed);
  }

  static async begin(options: AlertKillOptions, dataDir: string, services: AlerterServices): Promise<AlertKillRun> {
    const wall = Date.now();
    const house = Math.floor(wall / minuteMs) * minuteMs - 5 * 24 * 60 * minuteMs;
    const clock = new FastClock(house, factor);
    const pagerduty = await RecordingPagerduty.start(routingKey, () => clock.now());
    const slack = await RecordingSlack.start(slackToken, () => clock.now(), [slackChannel]);
    return new AlertKillRun(options, dataDir, services, clock, { house, wall }, pagerduty, slack);
  }

  async oneRound(): Promise<void> {
    const alerter = await this.#start(this.round === 0 ? minutesOf(this.options.rounds) : 0);
    const possible = this.options.mode === 'cluster' ? clusterFaults : faults;
    const fault = possible[Math.floor(this.#random() * possible.length)]!;
    this.#makeTrouble();
    const dead = this.#killedBy(fault, alerter);
    this.#plan();
    await this.#publish(alerter);
    await dead;
    this.#faults[fault] = (this.#faults[fault] ?? 0) + 1;
    this.round += 1;
    this.options.onRound?.(this.round, fault, this.pagerduty.pages);
  }

  /** Everything that is open ends, and everything that must be told is. */
  async finish(): Promise<AlertKillReport> {
    const alerter = await this.#start(0);
    for (const [id, { finding, over }] of this.#findings) if (!over) this.#unsent.push(this.#resolved(id, finding));
    await this.#publish(alerter);
    const { house } = this.epoch;
    const waves = new Waves(house);
    const giveUp = performance.now() + longestEndMs;
    while (!waves.isCalm(this.clock.now()) || (!this.#isTold() && performance.now() < giveUp)) await pause(20);
    await alerter.stop();
    this.#alerter = undefined;
    const expected = { findings: [...this.#findings.keys()], waves };
    const warehouse = await this.services.openWarehouse();
    const told = await compareTold(warehouse, expected, this.pagerduty, this.slack);
    await warehouse.close();
    return { ...told, rounds: this.round, seconds: (performance.now() - this.#began) / 1_000, faults: this.#faults };
  }

  #isTold(): boolean {
    return this.pagerduty.open.length === 0 && openMessages(this.slack).length === 0;
  }

  async close(): Promise<void> {
    this.#alerter?.kill();
    await this.#alerter?.ended();
    await this.pagerduty.close();
    await this.slack.close();
  }

  async #start(minutes: number): Promise<AlerterProcess> {
    const { dataDir, epoch } = this;
    const secrets = { PAGERDUTY_ROUTING_KEY: routingKey, SLACK_BOT_TOKEN: slackToken };
    this.#alerter = await AlerterProcess.start({
      ...{ dataDir, epoch, factor, minutes, rules, secrets, pagerdutyUrl: this.pagerduty.url, slackApiUrl: this.slack.url, slackChannel },
      ...(this.services.addresses && { services: this.services.addresses }),
    });
    return this.#alerter;
  }

  /** Providers have bad moments of their own. */
  #makeTrouble(): void {
    const kind = Math.floor(this.#random() * 7);
    if (kind === 0) this.pagerduty.answer({ status: 500 }, { status: 503 });
    if (kind === 1) this.pagerduty.answer({ status: 429, headers: { 'retry-after': '2' } });
    if (kind === 2) this.pagerduty.answer({ hangUp: 'after' });
    if (kind === 3) this.slack.answer({ status: 500 }, { status: 429, headers: { 'retry-after': '2' } });
    if (kind === 4) this.slack.answer({ of: 'chat.postMessage', hangUp: 'after' });
  }

  async #killedBy(fault: Fault, alerter: AlerterProcess): Promise<void> {
    const then = () => alerter.kill();
    if (fault === 'over a page that was taken') this.pagerduty.answer({ hangUp: 'after', then });
    if (fault === 'over a page that was not taken') this.pagerduty.answer({ hangUp: 'before', then });
    if (fault === 'over the second page') this.pagerduty.answer({}, { hangUp: 'after', then });
    if (fault === 'over a message that was taken') this.slack.answer({ of: 'chat.postMessage', hangUp: 'after', then });
    if (fault === 'over a message that was not taken') this.slack.answer({ of: 'chat.postMessage', hangUp: 'before', then });
    if (fault === 'over an edit that was taken') this.slack.answer({ of: 'chat.update', hangUp: 'after', then });
    if (fault === 'after Redis was') await this.services.killRedis();
    // No later than this, whatever is told meanwhile.
    await Promise.race([pause(400 + this.#random() * 1_600), alerter.ended()]);
    alerter.kill();
    await alerter.ended();
  }

  #plan(): void {
    for (const [id, { finding, over }] of this.#findings) {
      if (over || this.#random() < 0.6) continue;
      this.#unsent.push(this.#resolved(id, finding));
    }
    const count = 1 + Math.floor(this.#random() * 3);
    for (let nth = 0; nth < count; nth++) this.#unsent.push(this.#opened(`${this.round}-${nth}`));
  }

  #opened(id: string): Finding {
    const at = this.clock.now();
    const finding: Finding = {
      ...{
        tenant: 'default',
        id,
        kind: 'budget',
        state: 'open',
        severity: 'high',
        metric: 'LCP',
        title: `finding ${id} is told`,
        at,
        since: at,
      },
      ...{ subject: { route: `/${id}` }, value: 3_000, reference: 2_500, unit: 'ms', detail: '{}' },
    };
    this.#findings.set(id, { finding, over: false });
    return finding;
  }

  #resolved(id: string, finding: Finding): Finding {
    this.#findings.set(id, { finding, over: true });
    return { ...finding, state: 'resolved', at: Math.max(this.clock.now(), finding.at + 1) };
  }

  /** What may not be stored is sent again at the next start, as the jobs that find it do. */
  async #publish(alerter: AlerterProcess): Promise<void> {
    while (this.#unsent.length > 0 && (await alerter.publish(this.#unsent[0]!))) this.#unsent.shift();
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
