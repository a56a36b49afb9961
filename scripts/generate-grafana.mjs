// Writes infra/grafana/dashboards from the metric catalogue. Needs a build.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { grafanaDashboards } = await import(join(root, 'dist/libs/report/src/documentation/grafana-dashboards.js'));
const folder = join(root, 'infra/grafana/dashboards');
mkdirSync(folder, { recursive: true });
for (const { file, dashboard } of grafanaDashboards()) writeFileSync(join(folder, file), `${JSON.stringify(dashboard, undefined, 2)}\n`);
