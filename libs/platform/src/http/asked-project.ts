import { Refusal } from './refusal.ts';

/** Whose things a request is about; `defaultProject` null: there are several. */
export function projectOf(asked: string | undefined, { defaultProject }: { readonly defaultProject: string | null }): string {
  const project = asked ?? defaultProject;
  if (project === null) throw new Refusal('parameter_missing', 'there are several projects: name one', 'project');
  return project;
}
