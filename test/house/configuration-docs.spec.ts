import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { configFileSchema } from '#contracts';
import { environmentSchema } from '../../libs/platform/src/config/environment.ts';
import { configurationDocs } from '../../scripts/configuration-docs.mjs';

it('docs/configuration.md says what the schemas say ("npm run docs" writes it)', async () => {
  const page = await readFile(join(import.meta.dirname, '../../docs/configuration.md'), 'utf8');
  expect(page).toBe(configurationDocs(environmentSchema, configFileSchema));
});
