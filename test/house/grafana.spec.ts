import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../..');
interface AlertFile {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert: string; readonly expr: string; readonly annotations: object }[];
  }[];
}

describe('the alerts for Prometheus', () => {
  const { groups } = parse(readFileSync(join(root, 'infra/grafana/prometheus-alerts.yml'), 'utf8')) as AlertFile;
  const sources = globSync('libs/**/*.ts', { cwd: root })
    .filter((file) => !/\.(spec|contract)\.ts$/.test(file))
    .map((file) => readFileSync(join(root, file), 'utf8'))
    .join('\n');
  // The ledger's are named by what they count.
  const made = new Set([...sources.matchAll(/beaconhouse_\w+/g)].map(([name]) => name)).add('beaconhouse_beacons_total');

  it.each(groups.flatMap(({ rules }) => rules).map((rule) => [rule.alert, rule] as const))(
    '%s asks for metrics that the house has',
    (_, rule) => {
      const names = [...rule.expr.matchAll(/beaconhouse_\w+/g)].map(([name]) => name);
      expect(names.length).toBeGreaterThan(0);
      const unknown = names.filter((name) => !made.has(name));
      expect(unknown).toEqual([]);
      expect(rule.annotations).toMatchObject({ summary: expect.any(String), description: expect.any(String) });
    },
  );
});
