import { z } from 'zod';
import { SystemClock } from '#platform';
import { type CommandContext, type OptionValues, UsageError } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { lengthMs } from '../moment.ts';
import { runningServer } from '../running-server.ts';
import { readMatchers } from './read-matchers.ts';
import type { Subcommand } from './subcommand.ts';

const patienceMs = 30_000;

const silenceSchema = z.looseObject({
  ...{ id: z.string(), matchers: z.record(z.string(), z.string()), startsAt: z.number(), endsAt: z.number() },
  ...{ author: z.string(), comment: z.string(), state: z.string() },
});
type Silence = z.output<typeof silenceSchema>;
const listSchema = z.object({ data: z.array(silenceSchema), next: z.string().nullish() });
const oneSchema = z.object({ silence: silenceSchema });
const refusalSchema = z.object({ error: z.object({ message: z.string() }) });

/** Silences are made, listed and ended by the server that works: it alone knows what it tells. */
export const operateSilences: Subcommand = async ([action = '', ...words], context) => {
  const { output } = context;
  const said = async (answer: Promise<unknown>) => {
    const { silence } = oneSchema.parse(await answer);
    output.result(lineOf(silence), silence);
  };
  switch (action) {
    case 'add':
      await said(ask(context, 'POST', '', silenceBody(words, context.values)));
      return exitCodes.done;
    case 'end':
      if (words.length !== 1) throw new UsageError('alerts silence end takes the id of one silence; alerts silence list shows them');
      await said(ask(context, 'DELETE', `/${encodeURIComponent(words[0]!)}`));
      return exitCodes.done;
    case 'list': {
      const silences = await listAll(context);
      output.result(silences.length === 0 ? 'There are no silences.' : silences.map(lineOf).join('\n'), silences);
      return exitCodes.done;
    }
    default:
      throw new UsageError(`alerts silence knows add, list, end, not ${JSON.stringify(action)}`);
  }
};

function silenceBody(words: readonly string[], { for: length, until, comment, incident }: OptionValues): object {
  const matchers = readMatchers(words);
  if (Object.keys(matchers).length === 0 && incident === undefined)
    throw new UsageError('alerts silence add needs what to silence, such as tool=search, or --incident');
  if (typeof comment !== 'string' || comment.trim() === '') throw new UsageError('--comment is needed: others want to know why');
  return { matchers, comment, endsAt: endOf(length, until), ...(typeof incident === 'string' && { incident }) };
}

function endOf(length: OptionValues[string], until: OptionValues[string]): number {
  if ((length === undefined) === (until === undefined)) throw new UsageError('--for or --until is needed, one of them: a silence ends');
  const ms = length === undefined ? undefined : lengthMs(String(length));
  if (length !== undefined && ms === undefined)
    throw new UsageError(`--for must be a number of m, h or d, such as 2h, not ${JSON.stringify(length)}`);
  const end = ms === undefined ? Date.parse(String(until)) : new SystemClock().now() + ms;
  if (Number.isFinite(end)) return end;
  throw new UsageError(`--until must be an ISO 8601 time, not ${JSON.stringify(until)}`);
}

async function listAll(context: CommandContext): Promise<Silence[]> {
  const silences: Silence[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const { data, next } = listSchema.parse(await ask(context, 'GET', '', undefined, cursor ? { cursor } : {}));
    silences.push(...data);
    cursor = next ?? undefined;
  }
  return silences;
}

async function ask(
  { environment, values, signal }: CommandContext,
  method: string,
  path: string,
  body?: object,
  more: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const base = typeof values.url === 'string' ? values.url : (await runningServer(environment.dataDir))?.http;
  if (base === undefined) throw new UsageError(`no server works on ${environment.dataDir}; --url names one that does elsewhere`);
  const token = typeof values.token === 'string' ? values.token : environment.operateToken;
  const changing = method === 'GET' ? {} : { by: typeof values.author === 'string' ? values.author : 'command line' };
  const query = new URLSearchParams({ ...(typeof values.project === 'string' && { project: values.project }), ...changing, ...more });
  const answer = await fetch(`${base.replace(/\/+$/, '')}/api/alerts/silences${path}?${query}`, {
    method,
    headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
  });
  const text = await answer.text();
  if (answer.ok) return JSON.parse(text);
  throw new Refused(`${base} answers ${answer.status}: ${refusalIn(text)}`);
}

/** What the server does not do is no mistake of the command line. */
class Refused extends Error {
  override readonly name = 'Refused';
}

function refusalIn(text: string): string {
  try {
    return refusalSchema.parse(JSON.parse(text)).error.message;
  } catch {
    return text.slice(0, 200);
  }
}

function lineOf({ id, matchers, startsAt, endsAt, author, comment, state }: Silence): string {
  const what = Object.entries(matchers).map(([name, value]) => `${name}=${value}`);
  const time = [startsAt, endsAt].map((moment) => new Date(moment).toISOString().slice(0, 16)).join(' to ');
  return `${id}  ${state.padEnd(7)}  ${time}  ${what.join(' ')}  ${author}: ${comment}`;
}
