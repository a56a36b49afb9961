import { Injectable } from '@nestjs/common';
import { Clock, Warehouse } from '#platform';
import type { Scope } from '../questions/conditions.ts';
import { type LatestRow, latestRows, parseLatestRow } from '../questions/latest-rows.ts';
import { dayMs, hourMs, minuteMs } from '../range/time-range.ts';

/** Under load the first look suffices, when idle a wider one costs little: nothing ever sorts a busy day. */
const looksBackMs = [10_000, minuteMs, 10 * minuteMs, hourMs, dayMs];

/** The newest events, as they arrive. */
@Injectable()
export class LiveTail {
  constructor(
    private readonly warehouse: Warehouse,
    private readonly clock: Clock,
  ) {}

  /** Newest first; with `since` only what arrived after that instant, so that a view can ask for what is new. */
  async latest(scope: Scope, limit: number, since: number | null, signal: AbortSignal) {
    const now = this.clock.now();
    const oldest = Math.max(since === null ? 0 : since + 1, now - dayMs);
    for (const lookBackMs of looksBackMs) {
      const from = Math.max(oldest, now - lookBackMs);
      const rows = await this.warehouse.ask<LatestRow>({ ...latestRows(scope, { from, to: now + 1 }, limit), signal });
      if (rows.length >= limit || from === oldest) return { now, data: rows.map(parseLatestRow) };
    }
    return { now, data: [] };
  }
}
