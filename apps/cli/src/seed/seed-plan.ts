import { dailyGrowth, weekdayFactors } from './traffic-shape.ts';

const dayMs = 86_400_000;

/** Mean events of a session, for turning a number of rows into sessions; the seed's test holds it to the traffic. */
const rowsPerSession = 13.6;
/** About 100,000 rows an insert: large enough to be fast, small enough that two at once need little memory. */
const sessionsPerChunk = 7_500;

export interface SeedRequest {
  readonly project: string;
  readonly days: number;
  readonly rows: number;
  /** 0 to 65,535. */
  readonly seed: number;
  /** Where the traffic ends, milliseconds since 1970. */
  readonly until: number;
}

export interface Chunk {
  readonly first: number;
  readonly sessions: number;
}

export interface SeedDay {
  /** Since 1970, UTC. */
  readonly day: number;
  readonly chunks: readonly Chunk[];
}

/** The days up to `until` and their sessions, so that all together make about as many rows as asked for. */
export function planDays({ days, rows, until }: SeedRequest): SeedDay[] {
  const lastDay = Math.floor(until / dayMs);
  const planned = Array.from({ length: days }, (_, index) => {
    const day = lastDay - days + 1 + index;
    const traffic = (weekdayFactors[new Date(day * dayMs).getUTCDay()] as number) * dailyGrowth ** index;
    return { day, traffic, part: Math.min(1, (until - day * dayMs) / dayMs) };
  });
  const traffics = planned.reduce((sum, { traffic, part }) => sum + traffic * part, 0);
  return planned.map(({ day, traffic }) => ({
    day,
    chunks: chunksOf(Math.max(1, Math.round((rows / rowsPerSession / traffics) * traffic))),
  }));
}

function chunksOf(sessions: number): Chunk[] {
  const count = Math.ceil(sessions / sessionsPerChunk);
  return Array.from({ length: count }, (_, index) => {
    const first = index * sessionsPerChunk;
    return { first, sessions: Math.min(sessionsPerChunk, sessions - first) };
  });
}

/** Rows that a chunk of a whole day makes, about. */
export const expectedRows = ({ sessions }: Chunk) => Math.round(sessions * rowsPerSession);
