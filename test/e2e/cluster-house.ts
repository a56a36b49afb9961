import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NativeCluster, type NativeClusterOptions } from '../../infra/native/native-cluster.ts';
import { askRows, onItsWay } from './ask-house.ts';

export interface ClusterHouseOptions extends Omit<NativeClusterOptions, 'dir'> {
  /** Kept between starts; a fresh temporary folder when absent. */
  readonly dataDir?: string;
}

/** The house as a cluster on this machine, with what scenarios ask of either mode. */
export class ClusterHouse {
  private constructor(
    readonly cluster: NativeCluster,
    readonly dataDir: string,
  ) {}

  static async start({ dataDir, ...options }: ClusterHouseOptions = {}): Promise<ClusterHouse> {
    const dir = dataDir ?? (await mkdtemp(join(tmpdir(), 'beaconhouse-cluster-')));
    return new ClusterHouse(await NativeCluster.start({ ...options, dir }), dir);
  }

  /** Where beacons are sent. */
  get http(): string {
    return this.cluster.first('gateway').http;
  }

  /** Where questions are asked. */
  get api(): string {
    return this.cluster.first('api').http;
  }

  get ports(): { readonly http: number } {
    return { http: this.cluster.first('gateway').port };
  }

  /** Where acknowledged beacons stand until they are loaded, and longer. */
  get streamFolder(): string {
    return join(this.dataDir, 'kafka/log');
  }

  /** The process that takes beacons. */
  get child(): ChildProcess {
    return this.cluster.first('gateway').process.child;
  }

  /** What the apps printed, the last 64 KiB of each. */
  get output(): string {
    return this.cluster.apps.map(({ process }) => process.output).join('\n');
  }

  /** Rows of a question, asked as the house itself: every table, no guard. */
  async ask<Row>(sql: string): Promise<Row[]> {
    const { url, password } = this.cluster.engine;
    const headers = { 'X-ClickHouse-User': 'default', 'X-ClickHouse-Key': password };
    return askRows(url, sql, headers);
  }

  /** Until everything acknowledged is in its table, and so is the ledger: seen twice, because lags are asked for now and then only. */
  async whenLoaded(): Promise<void> {
    for (let seen = 0; seen < 2; ) {
      seen = (await this.#nothingOnItsWay()) ? seen + 1 : 0;
      await new Promise((resolve) => setTimeout(resolve, 700));
    }
  }

  async #nothingOnItsWay(): Promise<boolean> {
    const asked = this.cluster.apps.filter(({ app }) => app === 'gateway' || app === 'loader');
    const counts = await Promise.all(asked.map(({ http }) => onItsWay(http)));
    // A loader tells no lag while the brokers do not answer.
    return counts.every((ofApp) => ofApp.length > 0 && ofApp.every((count) => count === 0));
  }

  /** Ends it in order and deletes its folder. */
  async dispose(): Promise<void> {
    await this.cluster.stop();
    await rm(this.dataDir, { recursive: true, force: true, maxRetries: 3 });
  }
}
