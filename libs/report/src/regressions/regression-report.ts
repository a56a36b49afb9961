import { Injectable } from '@nestjs/common';
import { type RegressionState, regressionStateLine } from '#contracts';
import { Clock, Refusal, Warehouse } from '#platform';
import {
  type ListedRegression,
  type RegressionRow,
  type RegressionScope,
  regressionList,
  regressionsOfCause,
} from '../questions/regressions.ts';

/** What the hourly job found, and what people made of it. */
@Injectable()
export class RegressionReport {
  constructor(
    private readonly warehouse: Warehouse,
    private readonly clock: Clock,
  ) {}

  async list(scope: RegressionScope, signal: AbortSignal) {
    const rows = await this.warehouse.ask<ListedRegression>({ ...regressionList(scope), signal });
    return { ...scope.range, data: rows.map((row) => ({ ...summaryOf(row), memberCount: Number(row.members) })) };
  }

  async one(project: string, id: string, signal: AbortSignal) {
    const { row, members } = await this.#find(project, id, signal);
    const { evidence, explained } = JSON.parse(row.detail);
    return { ...summaryOf(row), evidence, explained, members: members.map(memberOf) };
  }

  /**
   * What people say of a regression: repeated, it changes nothing. A cause is accepted, and opened again, with everything that came of it and
   * lasts: what went away is over, also if it is the one that was named. Only the one series that was named is muted.
   */
  async decide(project: string, id: string, state: Extract<RegressionState, 'accepted' | 'muted' | 'open'>, signal: AbortSignal) {
    const { row, members } = await this.#find(project, id, signal);
    if (row.state === 'improved') throw new Refusal('not_found', 'it got better: there is nothing to decide', 'id');
    const meant = state === 'muted' ? [row] : members.filter((one) => one.state !== 'went_away');
    await this.#put(
      project,
      meant.filter((one) => one.state !== state),
      state,
    );
    return this.one(project, id, signal);
  }

  async #find(project: string, id: string, signal: AbortSignal): Promise<{ row: RegressionRow; members: RegressionRow[] }> {
    const members = await this.warehouse.ask<RegressionRow>({ ...regressionsOfCause(project, id), signal });
    const row = members.find((one) => one.id === id);
    if (!row) throw new Refusal('not_found', 'there is no such regression', 'id');
    return { row, members };
  }

  async #put(project: string, rows: readonly RegressionRow[], state: RegressionState): Promise<void> {
    if (rows.length === 0) return;
    // Behind the rows that were read, whatever this machine's clock says.
    const version = Math.max(this.clock.now(), ...rows.map(({ changed }) => Number(changed) + 1));
    const lines = rows.map(({ detail }) => {
      const { settled: _, ...regression } = JSON.parse(detail);
      return regressionStateLine(project, state, version, regression);
    });
    await this.warehouse.insert({
      table: 'regression_states',
      token: `regression-decided:${rows[0]!.id}:${version}:${state}`,
      rows: Buffer.from(`${lines.join('\n')}\n`),
    });
  }
}

function memberOf({ id, state, detail }: RegressionRow) {
  const { metric, segment, since, severity, percentageChange } = JSON.parse(detail);
  return { id, state, metric, segment, since, severity, percentageChange };
}

function summaryOf({ id, cause, state, changed, detail }: RegressionRow) {
  const {
    app,
    env,
    metric,
    segment,
    where,
    found,
    since,
    severity,
    currentValue,
    baselineValue,
    percentageChange,
    trend,
    samples,
    deploy,
    evidence,
    settled = false,
  } = JSON.parse(detail);
  return {
    ...{ id, cause, state, settled, changed: Number(changed), app, env, metric, segment, where, found, since },
    ...{ detected: true as const, severity },
    ...{ currentValue, baselineValue, percentageChange, trend, samples, deploy, confidence: evidence.confidence },
  };
}
