import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { type ConfigFile, configFileSchema } from '#contracts';
import { ConfigurationError, explainIssues } from './environment.ts';

/** `beaconhouse.yml`. A missing file means the defaults: one open project for a laptop. */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  const parsed = configFileSchema.safeParse((await readYaml(path)) ?? {});
  if (!parsed.success) throw new ConfigurationError(explainIssues(path, parsed.error));
  return checkKeys(parsed.data, path);
}

async function readYaml(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new ConfigurationError(`${path} cannot be read: ${error.message}`, { cause: error });
  });
  try {
    return parse(text, { maxAliasCount: 20 });
  } catch (error) {
    throw new ConfigurationError(`${path} is not YAML: ${(error as Error).message}`, { cause: error });
  }
}

/** What the schema cannot say: keys are distinct, each has a secret, at most one project is open. */
function checkKeys(config: ConfigFile, path: string): ConfigFile {
  const problems: string[] = [];
  const secrets = new Set<string>();
  for (const { id, keys } of config.projects) {
    for (const key of keys) {
      const secret = key.keySha256 ?? key.key;
      if (secret === undefined) problems.push(`  projects.${id}.keys.${key.id}: needs key or keySha256`);
      else if (secrets.has(secret)) problems.push(`  projects.${id}.keys.${key.id}: its secret is used twice`);
      else secrets.add(secret);
      if (key.kind === 'server' && key.key !== undefined)
        problems.push(`  projects.${id}.keys.${key.id}: a server key is given as keySha256 only`);
    }
  }
  if (config.projects.filter((project) => project.open).length > 1) problems.push('  projects: only one can be open');
  if (problems.length > 0) throw new ConfigurationError(`${path} cannot be used:\n${problems.join('\n')}`);
  return config;
}
