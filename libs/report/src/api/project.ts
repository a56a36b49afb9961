import { Refusal } from '../refusal.ts';
import type { ReportOptions } from '../report-options.ts';

/** Whose events a request is about. */
export function projectOf(asked: string | undefined, { defaultProject }: ReportOptions): string {
  const project = asked ?? defaultProject;
  if (project === null) throw new Refusal('parameter_missing', 'there are several projects: name one', 'project');
  return project;
}
