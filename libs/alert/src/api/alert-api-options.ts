import type { Logger } from 'pino';
import type { AlertRuleConfig, ConfigFile } from '#contracts';

export interface AlertApiSettings {
  readonly log: Logger;
  /** Project of a request that names none; null makes `project` a required parameter. */
  readonly defaultProject: string | null;
  readonly config: Pick<ConfigFile, 'projects' | 'rules' | 'routes' | 'muteTimings' | 'inhibitions'>;
  /** Who may change something; without it only this machine. */
  readonly operateToken: string | undefined;
  /** As people open the house; absent: nothing is linked. */
  readonly houseUrl?: string | undefined;
  /** Absent: Slack's buttons are not answered. */
  readonly slackSigningSecret?: string | undefined;
  /** Of links that work without a token; absent: there are none. */
  readonly linkSecret?: string | undefined;
}

/** What the house tells the API of alerting about itself. */
export class AlertApiOptions {
  readonly log: Logger;
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

  constructor({ log, defaultProject, config, operateToken, houseUrl, slackSigningSecret, linkSecret }: AlertApiSettings) {
    this.log = log;
    this.linkSecret = linkSecret;
    this.defaultProject = defaultProject;
    this.fileRules = config.rules;
    this.projects = config.projects.map(({ id }) => id);
    this.telling = config;
    this.operateToken = operateToken;
    this.houseUrl = houseUrl;
    this.slackSigningSecret = slackSigningSecret;
  }
}
