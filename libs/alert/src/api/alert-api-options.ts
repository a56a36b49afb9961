import type { Logger } from 'pino';
import type { AlertRuleConfig, ConfigFile } from '#contracts';

export interface AlertApiSettings {
  /** Project of a request that names none; null makes `project` a required parameter. */
  readonly defaultProject: string | null;
  readonly config: Pick<ConfigFile, 'projects' | 'rules' | 'routes' | 'muteTimings' | 'inhibitions'>;
  /** Who may change something; without it only this machine. */
  readonly operateToken: string | undefined;
  /** As people open the house; absent: nothing is linked. */
  readonly houseUrl?: string | undefined;
  /** Absent: Slack's buttons are not answered. */
  readonly slackSigningSecret?: string | undefined;
  /** What signs the addresses of charts. Absent: none is answered. */
  readonly linkSecret?: string | undefined;
  readonly log: Logger;
}

/** What the house tells the API of alerting about itself. */
export class AlertApiOptions {
  readonly defaultProject: string | null;
  /** Rules of the configuration file: nobody changes them here. */
  readonly fileRules: readonly AlertRuleConfig[];
  readonly projects: readonly string[];
  /** Who is told of what. */
  readonly telling: Pick<ConfigFile, 'routes' | 'muteTimings' | 'inhibitions'>;
  readonly operateToken: string | undefined;
  readonly houseUrl: string | undefined;
  readonly slackSigningSecret: string | undefined;
  readonly linkSecret: string | undefined;
  readonly log: Logger;

  constructor({ defaultProject, config, operateToken, houseUrl, slackSigningSecret, linkSecret, log }: AlertApiSettings) {
    this.defaultProject = defaultProject;
    this.fileRules = config.rules;
    this.projects = config.projects.map(({ id }) => id);
    this.telling = config;
    this.operateToken = operateToken;
    this.houseUrl = houseUrl;
    this.slackSigningSecret = slackSigningSecret;
    this.linkSecret = linkSecret;
    this.log = log;
  }
}
