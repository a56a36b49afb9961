import type { LhciOptions } from './lhci-options.ts';
import { LhciRefusal } from './lhci-refusal.ts';

/** The project of the house that a new one belongs to: the one that was asked for, the one of the same name, or the usual one. */
export function houseProject(
  { projects, defaultProject }: Pick<LhciOptions, 'projects' | 'defaultProject'>,
  slug: string,
  asked: string | undefined,
): string {
  const known = projects.join(', ');
  if (asked !== undefined) {
    if (projects.includes(asked)) return asked;
    throw new LhciRefusal(422, `project: there is no project ${JSON.stringify(asked.slice(0, 80))} in this house; there are ${known}`);
  }
  if (projects.includes(slug)) return slug;
  if (defaultProject !== null) return defaultProject;
  throw new LhciRefusal(422, `this house has several projects: name it like one of ${known}, or add ?project=`);
}
