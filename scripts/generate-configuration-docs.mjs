// Writes docs/configuration.md from the schemas that read the configuration. Needs a build.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configurationDocs } from './configuration-docs.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { configFileSchema } = await import(join(root, 'dist/libs/contracts/src/config-file.js'));
const { environmentSchema } = await import(join(root, 'dist/libs/platform/src/config/environment.js'));
writeFileSync(join(root, 'docs/configuration.md'), configurationDocs(environmentSchema, configFileSchema));
