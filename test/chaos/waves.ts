import type { StoredRow } from '../seed/rum-rows.ts';

const minuteMs = 60_000;
/** Tools that are slow in turns; each is well for longer than an incident may be opened again. */
const tools = 6;
const periodMinutes = 42;
const slowMinutes = 6;
const turnMinutes = 5;
const callsAMinute = 12;

/** With the partition of the stream that it came by. */
type WaveRow = StoredRow & { readonly src_partition: number };

/** Calls of tools that are slow again and again, in minutes since `begin` (a full minute, milliseconds since 1970). */
export class Waves {
  constructor(readonly begin: number) {}

  *rows(fromMinute: number, toMinute: number): Generator<WaveRow> {
    for (let minute = fromMinute; minute < toMinute; minute++)
      for (let tool = 0; tool < tools; tool++) for (let call = 0; call < callsAMinute; call++) yield this.#row(minute, tool, call);
  }

  #row(minute: number, tool: number, call: number): WaveRow {
    const slow = phaseOf(minute, tool) < slowMinutes;
    return {
      ...{
        ts: this.begin + minute * minuteMs + call,
        value: (slow ? 4_000 : 200) + call,
        metric: 'mcp-tool-execution',
        tool: `tool${tool}`,
      },
      // Of a partition that the stream does not have: it says nothing about what is loaded.
      src_partition: 7,
    };
  }

  /** Those of which every minute was judged: `judged` are the ends of minutes, milliseconds since 1970. */
  judged(judged: ReadonlySet<number>): number {
    const last = Math.max(...judged);
    let count = 0;
    for (let minute = 0; this.begin + (minute + slowMinutes) * minuteMs <= last; minute++)
      for (let tool = 0; tool < tools; tool++) {
        const ends = Array.from({ length: slowMinutes }, (_, nth) => this.begin + (minute + nth + 1) * minuteMs);
        if (phaseOf(minute, tool) === 0 && ends.every((end) => judged.has(end))) count += 1;
      }
    return count;
  }

  /** Nothing is slow, nor was it lately, nor will it be at once. */
  isCalm(now: number): boolean {
    const phase = Math.floor((now - this.begin) / minuteMs) % periodMinutes;
    return phase >= tools * turnMinutes + slowMinutes && phase < periodMinutes - 1;
  }
}

const phaseOf = (minute: number, tool: number) => (minute - tool * turnMinutes + periodMinutes * tools) % periodMinutes;
