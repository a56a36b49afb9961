import { type DeadLetterReason, deadLetterReasons } from '#contracts';
import { type ReplayReport, replayDeadLetters } from '#ingest';
import { SystemClock } from '#platform';
import { type Command, type OptionValues, UsageError } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { openHouseWarehouse } from '../house-warehouse.ts';

export const replayCommand: Command = {
  name: 'replay',
  summary: 'give dead letters to their tables again',
  usage: '[--reason REASON] [--project ID] [--dry-run]',
  help: `  --reason R     only those with this reason: ${deadLetterReasons.join(', ')} (default all)
  --project ID   only those of one project
  --dry-run      tells what the tables would take, and stores nothing

What a table takes is stored under the identity it had and leaves the dead letters; the rest stays. May be repeated, also
after a crash: nothing is stored twice.`,
  options: { reason: { type: 'string' }, project: { type: 'string' }, 'dry-run': { type: 'boolean' } },
  async run({ environment, output, values }) {
    const dryRun = values['dry-run'] === true;
    const reason = reasonOf(values.reason);
    const project = typeof values.project === 'string' ? { project: values.project } : {};
    const warehouse = await openHouseWarehouse(environment, output);
    try {
      const request = { dryRun, ...(reason && { reason }), ...project };
      const onProgress = (done: number, found: number) => output.progress(`${done} of ${found} dead letters`);
      const report = await replayDeadLetters(warehouse, request, new SystemClock(), onProgress);
      output.result(describe(report, dryRun), { ...report, dryRun });
      return Object.keys(report.refused).length > 0 ? exitCodes.failed : exitCodes.done;
    } finally {
      await warehouse.close();
    }
  },
};

function reasonOf(asked: OptionValues[string]): DeadLetterReason | undefined {
  if (asked === undefined) return undefined;
  const reason = deadLetterReasons.find((each) => each === asked);
  if (reason) return reason;
  throw new UsageError(`--reason must be one of ${deadLetterReasons.join(', ')}, not ${JSON.stringify(asked)}`);
}

function describe({ found, taken, refused }: ReplayReport, dryRun: boolean): string {
  if (found === 0) return 'There are no such dead letters.';
  const verb = dryRun ? 'would be stored' : 'stored';
  const lines = [`${taken.messages} of ${found} dead letters ${verb}, ${taken.events} events.`];
  for (const [says, messages] of Object.entries(refused)) lines.push(`${messages} stay: ${says}`);
  return lines.join('\n');
}
