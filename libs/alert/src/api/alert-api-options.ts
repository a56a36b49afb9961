import type { AlertRuleConfig, ConfigFile } from '#contracts';
import type { SlackActions } from './slack-actions.ts';

/** What the house tells the API of alerting about itself. */
export class AlertApiOptions {
  constructor(
    /** Project of a request that names none; null makes `project` a required parameter. */
    readonly defaultProject: string | null,
    /** Rules of the configuration file: nobody changes them here. */
    readonly fileRules: readonly AlertRuleConfig[],
    readonly projects: readonly string[],
    /** Who is told of what. */
    readonly telling: Pick<ConfigFile, 'routes' | 'muteTimings' | 'inhibitions'>,
    /** Who may change something; without it only this machine. */
    readonly operateToken: string | undefined,
    /** As people open the house; absent: nothing is linked. */
    readonly houseUrl: string | undefined = undefined,
    /** Absent: Slack's buttons are not answered. */
    readonly slack: SlackActions | undefined = undefined,
  ) {}
}
