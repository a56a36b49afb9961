import { z } from 'zod';

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
/** As Sequelize writes it into SQLite, `2026-05-04 10:00:00.000 +00:00`, or as a client of PostgreSQL reads it; milliseconds since 1970. */
const moment = z
  .union([z.string(), z.date()])
  .nullish()
  .transform((value) => {
    const at = value instanceof Date ? value.getTime() : Date.parse(value ?? '');
    return Number.isNaN(at) ? null : at;
  });

export const projectRow = z.object({
  ...{ id: z.string(), name: text, slug: text, externalUrl: text, token: text, adminToken: text, baseBranch: text },
  ...{ createdAt: moment, updatedAt: moment },
});
export const buildRow = z.object({
  ...{ id: z.string(), projectId: z.string(), lifecycle: text, hash: text, branch: text, commitMessage: text, author: text },
  ...{ avatarUrl: text, ancestorHash: text, externalBuildUrl: text },
  ...{ runAt: moment, committedAt: moment, ancestorCommittedAt: moment, createdAt: moment, updatedAt: moment },
});
export const runRow = z.object({
  ...{ id: z.string(), url: text, lhr: text, createdAt: moment },
  representative: z.union([z.number(), z.bigint(), z.boolean(), z.null()]).transform((value) => Number(value) === 1),
});
export const statisticRow = z.object({ url: text, name: z.string(), value: z.coerce.number(), version: z.coerce.number() });

export type SourceProject = z.output<typeof projectRow>;
export type SourceBuild = z.output<typeof buildRow>;
export type SourceRun = z.output<typeof runRow>;
export type SourceStatistic = z.output<typeof statisticRow>;

export const lhciTables = ['projects', 'builds', 'runs', 'statistics'];

/** The database of a Lighthouse CI server; only read. Its shape is that of Lighthouse CI 0.4 and later. */
export interface LhciDatabase {
  projects(): Promise<SourceProject[]>;
  /** Of a project, the oldest first. */
  builds(projectId: string): Promise<SourceBuild[]>;
  runCount(buildId: string): Promise<number>;
  /** Of a build, one at a time: each has a whole result of Lighthouse. */
  runs(buildId: string): AsyncIterable<SourceRun>;
  statistics(buildId: string): Promise<SourceStatistic[]>;
  close(): Promise<void>;
}
