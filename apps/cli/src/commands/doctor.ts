import type { Command } from '../command.ts';
import type { Finding } from '../doctor/check.ts';
import { checkDataFolder, checkEngine, checkPorts } from '../doctor/machine-checks.ts';
import { checkChromium, checkConfiguration, checkNode, checkThreads } from '../doctor/process-checks.ts';
import { exitCodes } from '../exit-codes.ts';
import { runningServer } from '../running-server.ts';

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'look whether the product can run here, and say how to mend what is wrong',
  usage: '',
  help: '  Looks at Node, threads, configuration, data folder, ports, engine and Chromium. Leaves everything as it is.',
  options: {},
  async run({ environment, output }) {
    const server = await runningServer(environment.dataDir);
    const findings = [
      checkNode(),
      checkThreads(environment),
      await checkConfiguration(environment),
      await checkDataFolder(environment, server),
      ...(await checkPorts(environment, server)),
      await checkEngine(),
      checkChromium(),
    ];
    output.result(findings.map(findingText).join('\n'), { healthy: !findings.some(isProblem), findings });
    return findings.some(isProblem) ? exitCodes.unwell : exitCodes.done;
  },
};

const isProblem = ({ status }: Finding) => status === 'problem';
const marks = { ok: 'ok     ', warning: 'warning', problem: 'PROBLEM' };

function findingText({ name, status, detail, fix }: Finding): string {
  const line = `${marks[status]}  ${name}: ${detail}`;
  return fix === undefined ? line : `${line}\n         fix: ${fix}`;
}
