import { Injectable } from '@nestjs/common';
import type { DeployRow } from '#contracts';
import { Clock, EventStream, publishDeploys, Refusal, StreamUnavailable, Warehouse } from '#platform';
import { type DeployScope, deployList, type ListedDeploy } from '../questions/deploys.ts';
import { dayMs, minuteMs } from '../range/time-range.ts';
import type { DeployBody } from './deploy-body.ts';
import { DeployPace } from './deploy-pace.ts';

/** A deploy may be told so long after it. What was not told by then is history, and the warehouse drops what is older than it keeps. */
const oldestMs = 30 * dayMs;
/** Clocks of build machines are right within minutes. */
const newestMs = 10 * minuteMs;

export interface Teller {
  readonly project: string;
  /** Who tells it, for the record. */
  readonly by: string;
}

/** What went live: told here, stored by way of the stream, asked of the warehouse. */
@Injectable()
export class DeployDesk {
  readonly #pace = new DeployPace();

  constructor(
    private readonly warehouse: Warehouse,
    private readonly stream: EventStream,
    private readonly clock: Clock,
  ) {}

  /** Resolves when it is durable. Seconds to wait are set where it is told too fast, or cannot be stored now. */
  async tell(body: DeployBody, { project, by }: Teller, wait: (seconds: number) => void): Promise<DeployRow> {
    const now = this.clock.now();
    const row = rowOf(body, { project, by }, now);
    const seconds = this.#pace.take(project, now);
    if (seconds > 0) {
      wait(seconds);
      throw new Refusal('quota_exceeded', `project ${project} tells deploys too fast`, 'project');
    }
    try {
      await publishDeploys(this.stream, [row]);
    } catch (error) {
      if (!(error instanceof StreamUnavailable)) throw error;
      wait(2);
      throw new Refusal('stream_unavailable', 'it cannot be stored right now; send it again');
    }
    return row;
  }

  async list(scope: DeployScope, signal: AbortSignal) {
    const rows = await this.warehouse.ask<ListedDeploy>({ ...deployList(scope), signal });
    return { ...scope.range, truncated: rows.length > scope.limit, data: rows.slice(0, scope.limit).map(listed) };
  }
}

function rowOf(body: DeployBody, { project, by }: Teller, now: number): DeployRow {
  const { app, service, environment, version, time, url = '', author = '', commit = '' } = body;
  const at = time === undefined ? now : instantOf(time);
  if (!(at >= now - oldestMs)) throw new Refusal('body_invalid', 'time: it went live more than 30 days ago', 'time', now - oldestMs);
  if (at > now + newestMs) throw new Refusal('body_invalid', 'time: it went live in the future', 'time', now + newestMs);
  return {
    ...{ tenant: project, app: (app ?? service)!, env: environment, release: version, at, commit_id: commit, url },
    ...{ kind: 'told', author, told_by: by, received_at: now },
  };
}

function instantOf(time: number | string): number {
  const instant = typeof time === 'number' ? time : /(Z|[+-]\d\d:\d\d)$/.test(time) ? Date.parse(time) : Number(time || Number.NaN);
  if (Number.isSafeInteger(instant)) return instant;
  throw new Refusal('body_invalid', 'time: milliseconds since 1970 or ISO 8601 with a zone, such as 2026-11-22T08:00:00Z', 'time');
}

function listed({ app, env, release, time, kind, url, author, commit_id, told_by }: ListedDeploy) {
  return { app, environment: env, version: release, time: Number(time), kind, url, author, commit: commit_id, toldBy: told_by };
}

/** What was told, as it will be listed. */
export const toldAnswer = ({ at, ...row }: DeployRow) => listed({ ...row, time: String(at) });
