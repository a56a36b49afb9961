import type { SeriesPast } from './judge-series.ts';

/** About 3,000 series of a few strata each. What does not fit is read as a whole every hour. */
const defaultMostBytes = 160 * 2 ** 20;

interface Kept {
  readonly hour: number;
  readonly past: SeriesPast;
  readonly bytes: number;
}

/** What is kept of series from hour to hour, by project and name. It may be lost at any time: the warehouse knows everything. */
export class KeptPasts {
  readonly #projects = new Map<string, Map<string, Kept>>();
  #bytes = 0;

  constructor(private readonly mostBytes = defaultMostBytes) {}

  get bytes(): number {
    return this.#bytes;
  }

  get(project: string, series: string): SeriesPast | undefined {
    return this.#projects.get(project)?.get(series)?.past;
  }

  /** Whether anything of the project was ever kept here. */
  knows(project: string): boolean {
    return this.#projects.has(project);
  }

  /** Of the hour that was judged; null: nothing that serves for the next. */
  keep(project: string, series: string, hour: number, past: SeriesPast | null): void {
    this.#drop(project, series);
    if (!past) return;
    const bytes = bytesOf(past);
    if (this.#bytes + bytes > this.mostBytes) return;
    let known = this.#projects.get(project);
    if (!known) {
      known = new Map();
      this.#projects.set(project, known);
    }
    known.set(series, { hour, past, bytes });
    this.#bytes += bytes;
  }

  /** Series that were not judged in an hour are watched no more. */
  forgetBefore(project: string, hour: number): void {
    for (const [series, kept] of this.#projects.get(project) ?? []) if (kept.hour < hour) this.#drop(project, series);
  }

  #drop(project: string, series: string): void {
    const known = this.#projects.get(project);
    const kept = known?.get(series);
    if (!kept) return;
    known!.delete(series);
    this.#bytes -= kept.bytes;
  }
}

/** Of the arrays; names and objects around them are a few per cent of it. */
function bytesOf({ watch: { book, fits } }: SeriesPast): number {
  let bytes = 0;
  for (const { shift, variance, expected, perShift } of book.all)
    bytes += shift.byteLength + variance.byteLength + expected.byteLength + perShift.byteLength;
  for (const { season, spread } of fits) bytes += season.byteLength + spread.byteLength;
  for (const { strata } of book.regimes)
    for (const baseline of strata)
      if (typeof baseline === 'object') for (const { table } of Object.values(baseline.scores)) bytes += table.byteLength;
  return bytes;
}
