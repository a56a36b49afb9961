import type { Logger } from 'pino';

interface LhciSettings {
  /** Of the house, by id. */
  readonly projects: readonly string[];
  /** Takes what carries the name of no other one; null: there are several, and one has to be named. */
  readonly defaultProject: string | null;
  /** Who may make projects; without it only this machine. */
  readonly operateToken: string | undefined;
  /** Asked for by HTTP basic authentication; absent: nothing is. */
  readonly basicAuth?: { readonly username: string; readonly password: string } | undefined;
  readonly log: Logger;
}

/** What the house tells its Lighthouse CI server about itself. */
export class LhciOptions {
  readonly projects: readonly string[];
  readonly defaultProject: string | null;
  readonly operateToken: string | undefined;
  readonly basicAuth: LhciSettings['basicAuth'];
  readonly log: Logger;

  constructor({ projects, defaultProject, operateToken, basicAuth, log }: LhciSettings) {
    this.projects = projects;
    this.defaultProject = defaultProject;
    this.operateToken = operateToken;
    this.basicAuth = basicAuth;
    this.log = log;
  }
}
