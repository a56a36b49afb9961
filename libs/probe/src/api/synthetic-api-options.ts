import type { ConfigFile } from '#contracts';
import type { SyntheticEnvironment } from '#platform';

interface SyntheticApiSettings {
  readonly config: ConfigFile;
  /** Project of a request that names none; null makes `project` a required parameter. */
  readonly defaultProject: string | null;
  /** Who may change something; without it only this machine. */
  readonly operateToken: string | undefined;
  readonly crux: SyntheticEnvironment['crux'];
}

/** What the house tells the API of monitors about itself. */
export class SyntheticApiOptions {
  readonly config: ConfigFile;
  readonly defaultProject: string | null;
  readonly operateToken: string | undefined;
  readonly crux: SyntheticEnvironment['crux'];

  constructor({ config, defaultProject, operateToken, crux }: SyntheticApiSettings) {
    this.config = config;
    this.defaultProject = defaultProject;
    this.operateToken = operateToken;
    this.crux = crux;
  }

  get projects(): readonly string[] {
    return this.config.projects.map(({ id }) => id);
  }
}
