import { z } from 'zod';
import type { Clock } from '#platform';
import { CallAllowance } from './call-allowance.ts';
import { SampleStudio } from './sample-studio.ts';
import { failure, isToolName, sampleTools, type ToolResult } from './sample-tools.ts';
import { ToolRefusal } from './tool-refusal.ts';

/** What `tools/call` carries besides the name. Of `_meta` only the visitor is read, under the name ChatGPT uses. */
const callShape = z.strictObject({
  arguments: z.record(z.string(), z.unknown()).default({}),
  _meta: z.looseObject({ 'openai/subject': z.string().max(64).default('') }).prefault({}),
});

/** A call made slow on purpose takes this long on top: beyond the 4 s from which a tool call is rated poor. */
const slownessMs = 4_200;

/** Takes calls of the sample tools: checks them, lets them take their time, answers as an MCP server would. */
export class ToolDesk {
  readonly #studio = new SampleStudio();
  readonly #allowance: CallAllowance;

  constructor(private readonly clock: Clock) {
    this.#allowance = new CallAllowance(() => clock.now());
  }

  call(name: string, body: unknown): Promise<ToolResult> {
    return this.#allowance.run(() => this.#run(name, body));
  }

  async #run(name: string, body: unknown): Promise<ToolResult> {
    if (!isToolName(name)) throw new ToolRefusal(404, 'tool_unknown', 'there is no such tool', 'name', Object.keys(sampleTools).join(', '));
    const { shape, takes, run } = sampleTools[name];
    const { arguments: given, _meta } = check(callShape, body, '');
    const input = check(shape, given, 'arguments');
    const [least, most] = takes;
    await this.clock.sleep(least + Math.random() * (most - least) + (input.simulate === 'slow' ? slownessMs : 0));
    if (input.simulate === 'throw') throw new ToolRefusal(500, 'tool_failed', 'the tool threw, as asked');
    return input.simulate === 'isError'
      ? failure('The studio does not answer, as asked. Nothing was changed.')
      : run(input, this.#studio.visitor(_meta['openai/subject']));
  }
}

function check<Shape extends z.ZodType>(shape: Shape, value: unknown, field: string): z.infer<Shape> {
  const read = shape.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const path = [field, ...(issue?.path ?? [])].filter((part) => part !== '').join('.');
  throw new ToolRefusal(400, 'arguments_invalid', issue?.message ?? 'invalid', path === '' ? 'body' : path);
}
