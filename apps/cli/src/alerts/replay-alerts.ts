import { replayCheck } from '#alert';
import { readConfigFile, SystemClock } from '#platform';
import { askedProject } from '../asked-project.ts';
import { UsageError } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { openHouseWarehouse } from '../house-warehouse.ts';
import { momentOf } from '../moment.ts';
import type { Subcommand } from './subcommand.ts';

const dayMs = 86_400_000;

/** Whether what was judged live is what its inputs make. */
export const replayAlerts: Subcommand = async (words, { environment, output, values }) => {
  if (words.length > 0) throw new UsageError(`alerts replay takes no ${JSON.stringify(words[0])}`);
  const project = askedProject(values.project, await readConfigFile(environment.configPath));
  const now = new SystemClock().now();
  const to = momentOf('to', values.to, now, now);
  const warehouse = await openHouseWarehouse(environment, output);
  try {
    const report = await replayCheck(warehouse, { project, from: momentOf('from', values.from, now, to - dayMs), to });
    const { replayed, passedOver, differences, interrupted, cut } = report;
    const lines = differences.map(({ rule, at, field, stored, replayed: again }) => {
      const told = [stored, again].map((value) => JSON.stringify(value));
      return `DIFFERS  ${rule} ${new Date(at).toISOString()}: ${field} is stored as ${told[0]}, and comes out as ${told[1]}`;
    });
    const sum = `${replayed} transitions replayed, ${differences.length} differ; ${passedOver} are stored without their inputs, ${interrupted.length} follow a change by somebody else`;
    output.result([...lines, sum, ...(cut ? ['There are more: ask for a shorter time.'] : [])].join('\n'), report);
    return differences.length === 0 ? exitCodes.done : exitCodes.failed;
  } finally {
    await warehouse.close();
  }
};
