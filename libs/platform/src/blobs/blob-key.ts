const segment = /^[A-Za-z0-9](?:[A-Za-z0-9_:@-]|\.(?!\.))*$/;
const longest = 200;
const key = /^([^/]+)\/(\d{4})\/(\d\d)\/(\d\d)\/([^/]+)\/(\d{1,5})\.json\.gz$/;

export interface BlobName {
  readonly project: string;
  /** When the job began, milliseconds since 1970; in the key its day in UTC. */
  readonly at: number;
  readonly job: string;
  readonly run: number;
}

/** `project/yyyy/mm/dd/job/run.json.gz`. Throws where a name could lead out of its folder. */
export function blobKey({ project, at, job, run }: BlobName): string {
  const day = new Date(at).toISOString().slice(0, 10).replaceAll('-', '/');
  return checkedKey(`${project}/${day}/${job}/${run}.json.gz`);
}

/** The key itself. Throws where it is none of ours. */
export function checkedKey(text: string): string {
  partsOf(text);
  return text;
}

/** Whose report stands under a key. Throws where it is none of ours. */
export function partsOf(text: string): { readonly project: string; readonly job: string; readonly run: number } {
  const [, project = '', , , , job = '', run] = key.exec(text) ?? [];
  if (![project, job].every((one) => one.length <= longest && segment.test(one)))
    throw new RangeError(`no key of a report: ${JSON.stringify(text.slice(0, 300))}`);
  return { project, job, run: Number(run) };
}
