import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Environment, SystemClock, variablesWith } from '#platform';
import {
  ChromiumMissing,
  comparePages,
  findChromium,
  findLighthouserc,
  gateAnnotations,
  gateExitCodes,
  LighthousercInvalid,
  readLighthouserc,
  runGate,
  runnerPlace,
  runOnce,
  ServerNotReady,
  tellGitHub,
} from '#probe';
import { type Command, type CommandContext, type OptionValues, UsageError } from '../command.ts';
import type { ExitCode } from '../exit-codes.ts';
import { type GateOutput, gateDocument, gateFormats, readOutputs } from '../gate/gate-outputs.ts';
import { storedParts } from '../gate/stored-parts.ts';

const text = { type: 'string' } as const;

/** Of `gate`; part of its interface. */
const exits = {
  unmeasured: 3,
  misused: 4,
  help: 'Exit codes: 0 passed, 1 a budget failed, 2 regressed, 3 could not measure, 4 wrong command line or configuration.',
} as const;

export const gateCommand: Command = {
  name: 'gate',
  summary: 'measure pages with Lighthouse and hold them to lighthouserc.yml',
  usage: '[--config lighthouserc.yml] [--base-url URL | --baseline BRANCH] [--store] [--out text,md=FILE,json=FILE,junit=FILE] [--github]',
  help: `  --config FILE  lighthouserc.{yml,yaml,json,js,cjs} (default: the one in this folder)
  --base-url URL where the version before is served, under the same paths: both are measured in turns and compared
  --baseline BRANCH
                 such as main. Without --base-url: the last 20 stored runs of this branch are compared with
  --store        stores the runs as a build of the branch that is measured, where "upload" of the file says (target lhci)
  --inconclusive pass|fail
                 what a difference is that may be chance (default pass)
  --out FORMAT[=FILE],...
                 ${gateFormats.join(', ')}; without a file to standard output (default text)
  --github       writes the job summary, and with GITHUB_TOKEN the commit status and one comment
  --chrome-flags=FLAGS
                 for Chromium, such as --no-sandbox, which root in a container needs: for pages of one's own only

docs/synthetic.md explains the file.`,
  options: {
    ...{ 'base-url': text, baseline: text, inconclusive: text, out: text, 'chrome-flags': text },
    ...{ github: { type: 'boolean' }, store: { type: 'boolean' } },
  },
  exits: { misused: exits.misused, failed: exits.unmeasured, help: exits.help },
  run: async (context) => {
    try {
      return await gate(context);
    } catch (error) {
      if (error instanceof LighthousercInvalid || error instanceof ChromiumMissing) return refused(context, error, exits.misused);
      if (error instanceof ServerNotReady) return refused(context, error, exits.unmeasured);
      throw error;
    }
  },
};

function refused({ output }: CommandContext, { message }: Error, code: ExitCode): ExitCode {
  output.note(message);
  return code;
}

async function gate(context: CommandContext): Promise<ExitCode> {
  const { values, environment, output, signal } = context;
  const outputs = readOutputs(values.out);
  const options = { ...gateOptions(values, environment), folder: process.cwd() };
  const variables = variablesWith({});
  const rc = await readLighthouserc(await configOf(values), { variables, folder: options.folder, allowScripts: true });
  const stored = await storedParts(values, { rc, signal, sources: { variables, github: environment.github, folder: options.folder } });
  const clock = new SystemClock();
  const report = await runGate(rc, options, {
    ...{ run: runOnce, compare: comparePages, clock, signal, ...(stored.baseline && { baseline: stored.baseline }) },
    progress: (line) => output.note(rc.mask(line)),
  });
  for (const one of outputs) await write(one);
  if (environment.onGitHubActions) for (const line of gateAnnotations(report, rc.mask)) output.note(line);
  if (values.github === true) for (const trouble of await tellGitHub(report, environment.github, rc.mask)) output.note(rc.mask(trouble));
  if (values.store === true) output.note(rc.mask(await stored.store(report, clock.now())));
  return gateExitCodes[report.outcome];

  async function write({ format, file }: GateOutput): Promise<void> {
    const document = rc.mask(gateDocument(report, format));
    if (file === undefined) output.result(document, JSON.parse(rc.mask(gateDocument(report, 'json'))));
    else await mkdir(dirname(file), { recursive: true }).then(() => writeFile(file, `${document}\n`));
  }
}

async function configOf({ config }: OptionValues): Promise<string> {
  if (typeof config === 'string') return config;
  const found = await findLighthouserc(process.cwd());
  if (found === undefined) throw new UsageError('there is no lighthouserc.yml in this folder; --config says where it is');
  return found;
}

function gateOptions(values: OptionValues, { synthetic }: Environment) {
  const { inconclusive = 'pass', 'base-url': baseUrl, 'chrome-flags': flags = '' } = values;
  if (inconclusive !== 'pass' && inconclusive !== 'fail')
    throw new UsageError(`--inconclusive must be pass or fail, not ${JSON.stringify(inconclusive)}`);
  if (typeof baseUrl === 'string' && !/^https?:$/.test(URL.parse(baseUrl)?.protocol ?? ''))
    throw new UsageError(`--base-url must be an http or https address, not ${JSON.stringify(baseUrl)}`);
  const args = String(flags)
    .split(/\s+/)
    .filter((flag) => flag !== '' && flag !== '--no-sandbox');
  return {
    ...(typeof baseUrl === 'string' && { baseUrl }),
    inconclusive,
    place: runnerPlace(synthetic.location),
    browser: {
      path: findChromium(synthetic.chromium),
      args,
      sandbox: synthetic.sandbox && !/(^|\s)--no-sandbox(\s|$)/.test(String(flags)),
    },
  } as const;
}
