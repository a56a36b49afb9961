import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse, parseAllDocuments } from 'yaml';
import { configFileSchema } from '#contracts';
import { environmentSchema, readEnvironment } from '../../libs/platform/src/config/environment.ts';

// No helm is needed here: infra/helm/check.sh renders the chart into rendered/, and what stands there is read. That it is what the
// chart says today is seen by the hashes it was made from.
const helm = join(import.meta.dirname, '../../infra/helm');
const read = (file: string) => readFileSync(join(helm, file), 'utf8');

const schema = JSON.parse(read('beaconhouse/values.schema.json'));
const validate = new Ajv({ strict: true, strictTypes: false, allErrors: true }).compile(schema);
const defaults = parse(read('beaconhouse/values.yaml'));
const valueFiles = readdirSync(join(helm, 'values')).sort();
const apps = ['gateway', 'loader', 'worker', 'alerter', 'api'];
const ofAlerting = [
  ...[
    'BEACONHOUSE_HEARTBEAT_URL',
    'BEACONHOUSE_LINK_SECRET',
    'DATADOG_API_KEY',
    'PAGERDUTY_ROUTING_KEY',
    'SLACK_BOT_TOKEN',
    'SLACK_SIGNING_SECRET',
  ],
  ...['SLACK_WEBHOOK_URL', 'SMTP_URL'],
];

type Json = Record<string, unknown>;
interface Manifest extends Json {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
}
interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string; readonly optional?: boolean } };
}
interface Deployment extends Manifest {
  readonly spec: {
    readonly replicas?: number;
    readonly strategy: Json;
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: {
        readonly securityContext: Json;
        readonly automountServiceAccountToken: boolean;
        readonly terminationGracePeriodSeconds: number;
        readonly topologySpreadConstraints?: readonly Json[];
        readonly containers: readonly {
          readonly image: string;
          readonly args: readonly string[];
          readonly env: readonly Variable[];
          readonly securityContext: Json;
          readonly resources: { readonly limits?: Readonly<Record<string, string>> };
          readonly lifecycle: { readonly preStop: { readonly exec: { readonly command: readonly string[] } } };
          readonly [probe: `${string}Probe`]: { readonly httpGet: { readonly path: string; readonly port: string } };
        }[];
      };
    };
  };
}

const rendered = new Map(
  valueFiles.map((file) => [
    file,
    parseAllDocuments(read(`rendered/${file}`))
      .map((document) => document.toJS() as Manifest | null)
      .filter((manifest) => manifest !== null),
  ]),
);
const all = (file: string, kind: string) => rendered.get(file)!.filter((manifest) => manifest.kind === kind);
const deployments = (file: string) => all(file, 'Deployment') as Deployment[];
const everyDeployment = valueFiles.flatMap((file) =>
  deployments(file).map((deployment): [string, Deployment] => [`${file} ${deployment.metadata.name}`, deployment]),
);
const environmentOf = (deployment: Deployment) => deployment.spec.template.spec.containers[0]!.env;

/** As helm lays one file of values over another. */
function merged(base: unknown, over: unknown): unknown {
  const isMap = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isMap(base) || !isMap(over)) return over === undefined ? base : over;
  return Object.fromEntries([...new Set([...Object.keys(base), ...Object.keys(over)])].map((key) => [key, merged(base[key], over[key])]));
}

describe('the chart', () => {
  it('was rendered as it is now ("infra/helm/check.sh" does it)', () => {
    const files = ['beaconhouse', 'values'].flatMap((folder) =>
      readdirSync(join(helm, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(helm.length + 1)),
    );
    const hash = (file: string) => createHash('sha256').update(read(file).replaceAll('\r', '')).digest('hex');
    const lines = files.map((file) => `${hash(file)}  ${file}`);
    expect(read('rendered/sources.sha256').trim().split('\n').sort()).toEqual(lines.sort());
  });

  it('has the version of the product', () => {
    const { version } = JSON.parse(readFileSync(join(helm, '../../package.json'), 'utf8'));
    expect(parse(read('beaconhouse/Chart.yaml'))).toMatchObject({ apiVersion: 'v2', name: 'beaconhouse', version, appVersion: version });
  });

  it('has defaults that its schema knows, each of them, and no others', () => {
    validate(defaults);
    expect(validate.errors ?? []).toEqual([]);
    expect(Object.keys(schema.properties).sort()).toEqual([...Object.keys(defaults), 'global'].sort());
  });

  it.each(valueFiles)('takes %s', (file) => {
    validate(merged(defaults, parse(read(`values/${file}`))));
    expect(validate.errors ?? []).toEqual([]);
  });

  it.each([
    [{ gateway: { replica: 3 } }, '/gateway'],
    [{ image: { tag: 'latest' } }, '/image/tag'],
    [{ image: { digest: 'sha256:short' } }, '/image/digest'],
    [{ kafka: { brokers: ['kafka'] } }, '/kafka/brokers/0'],
    [{ kafka: { brokers: ['a:1,b:1'] } }, '/kafka/brokers/0'],
    [{ kafka: { saslMechanism: 'gssapi' } }, '/kafka/saslMechanism'],
    [{ clickhouse: { url: 'clickhouse:8123' } }, '/clickhouse/url'],
    [{ secrets: { identitySecret: 'short' } }, '/secrets/identitySecret'],
    [{ secrets: { redisUrl: 'redis:6379' } }, '/secrets/redisUrl'],
    [{ secrets: { pagerdutyRoutingKey: 'short' } }, '/secrets/pagerdutyRoutingKey'],
    [{ alerting: { houseUrl: 'beacons.example' } }, '/alerting/houseUrl'],
    [{ terminationGracePeriodSeconds: 30 }, '/terminationGracePeriodSeconds'],
    [{ logLevel: 'verbose' }, '/logLevel'],
  ])('refuses %j', (values, place) => {
    expect(validate(merged(defaults, values))).toBe(false);
    expect(validate.errors!.map(({ instancePath }) => instancePath)).toContain(place);
  });

  it('uses no value that has no default', () => {
    const templates = readdirSync(join(helm, 'beaconhouse/templates')).map((file) => read(`beaconhouse/templates/${file}`));
    const used = new Set(
      templates.flatMap((text) => [...text.matchAll(/\.Values\.([A-Za-z.]+)/g)].map(([, path]) => path!.replace(/\.$/, ''))),
    );
    const missing = [...used].filter((path) => {
      const value = path.split('.').reduce<unknown>((at, key) => (at as Json | undefined)?.[key], defaults);
      return value === undefined && !path.startsWith('config.');
    });
    expect(missing).toEqual([]);
  });
});

describe('what it renders', () => {
  it.each(valueFiles)('%s: each app once', (file) => {
    expect(deployments(file).map(({ spec }) => spec.template.spec.containers[0]!.args)).toEqual(
      expect.arrayContaining(apps.map((app) => [app])),
    );
    expect(deployments(file)).toHaveLength(apps.length);
    const names = rendered.get(file)!.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(everyDeployment)('%s: few rights', (_, { spec }) => {
    const pod = spec.template.spec;
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } });
    expect(pod.automountServiceAccountToken).toBe(false);
    for (const container of pod.containers) {
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(container.resources.limits?.memory).toBeDefined();
      expect(container.image).toMatch(/(:\d+\.\d+\.\d+-cluster|@sha256:[0-9a-f]{64})$/);
    }
  });

  it.each(everyDeployment)('%s: is replaced without a gap', (_, { spec }) => {
    const pod = spec.template.spec;
    const [container] = pod.containers;
    expect(spec.strategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } });
    const [command, seconds] = container!.lifecycle.preStop.exec.command;
    expect(command).toBe('sleep');
    // The entry of the image gives the apps 50 seconds, they need far less.
    expect(pod.terminationGracePeriodSeconds - Number(seconds)).toBeGreaterThanOrEqual(30);
    const paths = (['startupProbe', 'livenessProbe', 'readinessProbe'] as const).map((probe) => container![probe]!.httpGet);
    expect(paths).toEqual(['live', 'live', 'ready'].map((name) => ({ path: `/health/${name}`, port: 'http' })));
    expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
  });

  it.each(everyDeployment)('%s: is told what an app reads', (_, deployment) => {
    const variables = environmentOf(deployment);
    expect([...Object.keys(environmentSchema.shape), 'NODE_OPTIONS']).toEqual(expect.arrayContaining(variables.map(({ name }) => name)));
    const secrets: Readonly<Record<string, string>> = {
      BEACONHOUSE_IDENTITY_SECRET: '0'.repeat(64),
      BEACONHOUSE_OPERATE_TOKEN: '0'.repeat(16),
      PAGERDUTY_ROUTING_KEY: '0'.repeat(32),
      BEACONHOUSE_LINK_SECRET: '0'.repeat(16),
      SLACK_WEBHOOK_URL: 'https://hooks.slack.example/T0/B0/X',
      BEACONHOUSE_HEARTBEAT_URL: 'https://beat.example',
    };
    const values = Object.fromEntries(variables.map(({ name, value }) => [name, value ?? secrets[name] ?? 'secret']));
    expect(readEnvironment(values)).toMatchObject({ mode: 'cluster', host: '0.0.0.0', ports: { http: 8080 } });
  });

  it('gives an app the secrets of the services it speaks to, and no others', () => {
    const secretsOf = (file: string) =>
      Object.fromEntries(
        deployments(file).map((deployment) => [
          deployment.spec.template.spec.containers[0]!.args[0],
          environmentOf(deployment).flatMap(({ valueFrom }) => valueFrom?.secretKeyRef.key ?? []),
        ]),
      );
    expect(secretsOf('smallest.yaml')).toEqual({
      gateway: ['BEACONHOUSE_IDENTITY_SECRET'],
      loader: ['CLICKHOUSE_PASSWORD'],
      worker: ['CLICKHOUSE_PASSWORD', 'REDIS_URL', 'DATADOG_API_KEY'],
      alerter: ['CLICKHOUSE_PASSWORD', 'REDIS_URL', ...ofAlerting],
      api: ['CLICKHOUSE_PASSWORD', 'REDIS_URL', ...ofAlerting, 'BEACONHOUSE_OPERATE_TOKEN'],
    });
    const ofKafka = ['KAFKA_USERNAME', 'KAFKA_PASSWORD'];
    expect(secretsOf('everything.yaml').alerter).toEqual([...ofKafka, 'CLICKHOUSE_PASSWORD', 'REDIS_URL', ...ofAlerting]);
  });

  it('starts where nobody is told: those secrets may be missing, and only what was given stands in the one it makes', () => {
    const [alerter] = deployments('smallest.yaml').filter(({ metadata }) => metadata.name.endsWith('-alerter'));
    const optional = environmentOf(alerter!).filter(({ valueFrom }) => valueFrom?.secretKeyRef.optional === true);
    expect(optional.map(({ name }) => name)).toEqual(ofAlerting);
    const [made] = all('everything.yaml', 'Secret') as (Manifest & { stringData: Json })[];
    expect(Object.keys(made!.stringData)).toEqual(expect.arrayContaining(ofAlerting.filter((name) => name !== 'SLACK_WEBHOOK_URL')));
    expect(made!.stringData).not.toHaveProperty('SLACK_WEBHOOK_URL');
  });

  it('makes no secret where one is named, and no secret stands elsewhere', () => {
    expect(all('smallest.yaml', 'Secret')).toEqual([]);
    const outside = rendered.get('everything.yaml')!.filter(({ kind }) => kind !== 'Secret');
    expect(JSON.stringify(outside)).not.toContain('0'.repeat(63).concat('1'));
    expect(all('everything.yaml', 'Secret')[0]).toMatchObject({ stringData: { CLICKHOUSE_PASSWORD: 'example: "quoted"' } });
  });

  it('carries beaconhouse.yml over as it was given', () => {
    const [map] = all('everything.yaml', 'ConfigMap') as (Manifest & { data: Record<string, string> })[];
    const config = configFileSchema.parse(parse(map!.data['beaconhouse.yml']!));
    expect(config.projects[0]?.keys[0]).toMatchObject({
      key: 'bh_browser_2f6c1d0e9a',
      burst: 2_000_000,
      origins: ['https://shop.example', 'null'],
    });
    expect(config.trustedProxies).toEqual(['10.0.0.0/8']);
  });

  it('lets somebody else count the replicas, or does it itself', () => {
    const replicas = (file: string) =>
      Object.fromEntries(deployments(file).map(({ metadata, spec }) => [metadata.labels['app.kubernetes.io/component'], spec.replicas]));
    const scaled = (file: string) => rendered.get(file)!.filter(({ kind }) => /^(HorizontalPodAutoscaler|ScaledObject)$/.test(kind));
    expect(replicas('smallest.yaml')).toEqual({ gateway: undefined, loader: 2, worker: 1, alerter: 1, api: 2 });
    expect(replicas('loader-by-cpu.yaml')).toMatchObject({ gateway: 2, loader: undefined });
    expect(scaled('loader-by-cpu.yaml').map(({ kind, metadata }) => [kind, metadata.name])).toEqual([
      ['HorizontalPodAutoscaler', 'house-beaconhouse-loader'],
    ]);
    expect(
      scaled('everything.yaml')
        .map(({ kind, metadata }) => [kind, metadata.name])
        .sort(),
    ).toEqual([
      ['HorizontalPodAutoscaler', 'house-beaconhouse-gateway'],
      ['ScaledObject', 'house-beaconhouse-loader'],
    ]);
  });

  it('measures the lag of the group that the loaders are', () => {
    const stream = readFileSync(join(helm, '../../libs/platform/src/stream/kafka/kafka-stream.ts'), 'utf8');
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the source is compared
    expect(stream).toContain('`${this.#options.topicPrefix}${group}.${topic}`');
    expect(all('everything.yaml', 'ScaledObject')[0]).toMatchObject({
      spec: {
        triggers: [
          {
            type: 'kafka',
            metadata: {
              topic: 'beaconhouse.rum',
              consumerGroup: 'beaconhouse.loader.rum',
              lagThreshold: '2000000',
              sasl: 'scram_sha512',
              tls: 'enable',
            },
          },
        ],
      },
    });
  });

  it('has what is optional only where it was asked for', () => {
    const kinds = (file: string) => [...new Set(rendered.get(file)!.map(({ kind }) => kind))].sort();
    expect(kinds('loader-by-cpu.yaml')).toEqual(['ConfigMap', 'Deployment', 'HorizontalPodAutoscaler', 'Service']);
    expect(kinds('smallest.yaml')).toEqual([
      'ConfigMap',
      'Deployment',
      'HorizontalPodAutoscaler',
      'PodDisruptionBudget',
      'Service',
      'ServiceAccount',
    ]);
    expect(kinds('everything.yaml')).toEqual(
      expect.arrayContaining(['Ingress', 'NetworkPolicy', 'ServiceMonitor', 'TriggerAuthentication']),
    );
  });
});
