import type { ChannelConfig, ConfigFile } from '#contracts';
import type { AlertingEnvironment } from '#platform';

const everybody = '@owners';
const ownersOfProject = (project: string) => `${everybody}:${project}`;

/** Who is written to where no channel takes what is critical; no route leads there. The mail server is that of the first channel by e-mail. */
export function ownerChannels(
  { owners, projects }: Pick<ConfigFile, 'owners' | 'projects'>,
  configs: readonly ChannelConfig[],
  { secret }: Pick<AlertingEnvironment, 'secret'>,
): ChannelConfig[] {
  const mail = configs.find((config) => config.type === 'email');
  const smtpFrom = mail?.smtpFrom ?? 'SMTP_URL';
  const all = [[everybody, owners] as const, ...projects.map((project) => [ownersOfProject(project.id), project.owners] as const)];
  if (secret(smtpFrom) === undefined) return [];
  return all
    .filter(([, to]) => to.length > 0)
    .map(([id, to]) => ({ id, type: 'email', to, from: mail?.from ?? to[0]!, smtpFrom, fallback: [] }));
}

/** The channel of those who own a project; null: there is none. */
export function ownersOf(project: string, channels: { has(id: string): boolean }): string | null {
  return [ownersOfProject(project), everybody].find((id) => channels.has(id)) ?? null;
}
