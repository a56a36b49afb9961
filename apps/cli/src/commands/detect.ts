import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { type DetectMethod, detectLines, detectMethods, SeriesInvalid } from '#detect';
import { type Command, type OptionValues, UsageError } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';

export const detectCommand: Command = {
  name: 'detect',
  summary: 'find regressions in given series, as if time passed hour by hour',
  usage: '--input FILE [--output FILE] [--method METHOD]',
  help: `  --input FILE   series as JSON lines; - is standard input
  --output FILE  one line for each of them: {"id", "alerts": [{"t", "start", "dim", "deploy"}]} (default -, standard output)
  --method NAME  shift: what the product runs (default); simple: p95 of 24 hours against days 7 to 14 ago

The formats stand in docs/regressions.md.`,
  options: { input: { type: 'string' }, output: { type: 'string' }, method: { type: 'string' } },
  async run({ output, values }) {
    const { input, method } = { input: values.input, method: methodOf(values.method) };
    if (typeof input !== 'string') throw new UsageError('--input is needed: a file of series, or - for standard input');
    const target = typeof values.output === 'string' && values.output !== '-' ? createWriteStream(values.output) : process.stdout;
    const source = input === '-' ? process.stdin : createReadStream(input);
    let [series, alerts] = [0, 0];
    try {
      for await (const answer of detectLines(createInterface({ input: source, crlfDelay: Number.POSITIVE_INFINITY }), method)) {
        series += 1;
        alerts += answer.alerts.length;
        output.progress(`${series} series, ${alerts} alerts`);
        if (!target.write(`${JSON.stringify(answer)}\n`)) await once(target, 'drain');
      }
    } catch (error) {
      if (error instanceof SeriesInvalid) throw new UsageError(`--input ${input}, ${error.message}`, { cause: error });
      if ((error as NodeJS.ErrnoException).syscall === 'open') throw new UsageError((error as Error).message, { cause: error });
      throw error;
    }
    if (target !== process.stdout) await finished(target.end());
    output.note(`${series} series, ${alerts} alerts`);
    return exitCodes.done;
  },
};

function methodOf(asked: OptionValues[string]): DetectMethod {
  const method = detectMethods.find((each) => each === (asked ?? 'shift'));
  if (method) return method;
  throw new UsageError(`--method must be one of ${detectMethods.join(', ')}, not ${JSON.stringify(asked)}`);
}
