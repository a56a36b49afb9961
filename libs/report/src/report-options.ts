import type { ConfigFile } from '#contracts';
import type { RouteDescription } from '#platform';
import type { Retention } from './range/cell-source.ts';

/** What the house tells the report about itself. */
export class ReportOptions {
  constructor(
    /** Project of a question that names none; null makes `project` a required parameter. */
    readonly defaultProject: string | null = 'default',
    readonly retention: Retention = { rawDays: 30, minuteDays: 90 },
    /** Group that loads the stream into the warehouse: what it has not read is in flight. */
    readonly loaderGroup = 'loader',
    /** Who may change something by the API; without it only this machine. */
    readonly operateToken: string | undefined = undefined,
    /** What else the house answers under /api, to be described beside the questions. */
    readonly furtherRoutes: readonly RouteDescription[] = [],
    /** Those of which something may be told; null: any. */
    readonly projects: readonly string[] | null = null,
  ) {}
}

/** The project people mean on their own machine: the open one, or the only one. */
export function defaultProjectOf({ projects }: Pick<ConfigFile, 'projects'>): string | null {
  const open = projects.find((project) => project.open);
  return open?.id ?? (projects.length === 1 ? (projects[0]?.id ?? null) : null);
}
