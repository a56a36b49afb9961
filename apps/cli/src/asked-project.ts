import type { ConfigFile } from '#contracts';
import { defaultProjectOf } from '#report';
import { type OptionValues, UsageError } from './command.ts';

/** The project that a command is about. */
export function askedProject(asked: OptionValues[string], config: Pick<ConfigFile, 'projects'>): string {
  const known = config.projects.map(({ id }) => id);
  const project = asked ?? defaultProjectOf(config);
  if (project === null) throw new UsageError(`--project is needed: one of ${known.join(', ')}`);
  if (typeof project !== 'string' || !known.includes(project))
    throw new UsageError(`--project must be one of ${known.join(', ')}, not ${JSON.stringify(project)}`);
  return project;
}
