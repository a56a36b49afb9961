import { reportDocument, reportJunit, reportMarkdown, reportText } from '#probe';
import { type OptionValues, UsageError } from '../command.ts';

export const gateFormats = ['text', 'md', 'json', 'junit'] as const;
type GateFormat = (typeof gateFormats)[number];

export interface GateOutput {
  readonly format: GateFormat;
  /** Absent: standard output. */
  readonly file?: string;
}

/** `text,junit=gate.xml`. Only one can go to standard output. */
export function readOutputs(out: OptionValues[string]): readonly GateOutput[] {
  if (out === undefined) return [{ format: 'text' }];
  const outputs = String(out).split(',').map(readOutput);
  if (outputs.filter(({ file }) => file === undefined).length > 1)
    throw new UsageError('--out can write one format to standard output; the others need =FILE');
  return outputs;
}

function readOutput(word: string): GateOutput {
  const [name = '', file] = word.trim().split('=');
  const format = gateFormats.find((each) => each === name);
  if (format === undefined || file === '')
    throw new UsageError(`--out must be ${gateFormats.join(', ')}, each with =FILE or not, not ${JSON.stringify(word)}`);
  return { format, ...(file !== undefined && { file }) };
}

type Report = Parameters<typeof reportText>[0];

const writers: Readonly<Record<GateFormat, (report: Report) => string>> = {
  text: reportText,
  md: reportMarkdown,
  json: (report) => JSON.stringify(reportDocument(report), null, 2),
  junit: reportJunit,
};

export const gateDocument = (report: Report, format: GateFormat): string => writers[format](report);
