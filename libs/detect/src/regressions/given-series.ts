import { z } from 'zod';

const hours = z
  .number()
  .int()
  .min(1)
  .max(24 * 366);
/** Checked by hand: a series holds a hundred thousand of these numbers. */
const cells = z.custom<number[]>((flat) => Array.isArray(flat) && arePairs(flat), 'must be a flat list of bin, count, bin, count');

function arePairs(flat: readonly unknown[]): boolean {
  return (
    flat.length % 2 === 0 && flat.every((one, i) => (i % 2 === 0 ? Number.isInteger(one) : Number.isFinite(one) && (one as number) >= 0))
  );
}

const stratum = z.object({
  key: z.record(z.string(), z.string()),
  h: z.array(cells.nullable()).optional(),
  n: z.array(z.number().min(0).nullable()).optional(),
  k: z.array(z.number().min(0).nullable()).optional(),
  late: z.array(z.tuple([z.number().int().min(0), z.number().int().min(1), cells])).optional(),
});

/** One line of the input of `beaconhouse detect`. */
const givenSeriesSchema = z.object({
  id: z.string(),
  kind: z.enum(['latency', 'rate']),
  metric: z.string().optional(),
  q: z.number().gt(0).lt(1).optional(),
  t0: z.iso.datetime(),
  hours,
  eval_from: z.number().int().min(0),
  bin: z.object({ lo: z.number().gt(0), gamma: z.number().gt(1).max(2) }).optional(),
  dims: z.array(z.string()).optional(),
  strata: z.array(stratum).min(1).max(1000),
  deploys: z.array(z.object({ hour: z.number().int(), version: z.string() })).optional(),
});
export type GivenSeries = z.infer<typeof givenSeriesSchema>;

/** One line of its output. Hours count from the series' t0. */
export interface GivenAnswer {
  readonly id: string;
  readonly alerts: readonly {
    /** Hour at whose end the alert is raised. */
    readonly t: number;
    readonly start: number;
    /** Null: general. */
    readonly dim: Readonly<Record<string, string>> | null;
    readonly deploy: number | null;
  }[];
}

/** A line that is not a series; says why. */
export class SeriesInvalid extends Error {
  override readonly name = 'SeriesInvalid';
}

export function readSeries(line: string): GivenSeries {
  let document: unknown;
  try {
    document = JSON.parse(line);
  } catch (error) {
    throw new SeriesInvalid(`not JSON: ${(error as Error).message}`, { cause: error });
  }
  const read = givenSeriesSchema.safeParse(document);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new SeriesInvalid(`${issue!.path.join('.') || 'the line'}: ${issue!.message}`);
}
