/** `told`: somebody said that it went out. `first_seen`: nobody did, and the first of a release came. */
export const deployKinds = ['told', 'first_seen'] as const;
export type DeployKind = (typeof deployKinds)[number];

/** One row of `deploy_events`, as a JSONEachRow line. Times are milliseconds since 1970. */
export interface DeployRow {
  tenant: string;
  app: string;
  env: string;
  release: string;
  at: number;
  commit_id: string;
  url: string;
  kind: DeployKind;
  author: string;
  told_by: string;
  received_at: number;
}

/** Events of a release below which its first sight may be somebody's test. */
export const fewestReleaseEvents = 20;
