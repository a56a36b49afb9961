import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isRecord, mergeRc } from './merge-rc.ts';
import { LighthousercInvalid, mistake, type RcProblem } from './rc-problem.ts';
import { type RcText, readRcText } from './rc-text.ts';
import { unknownKeys } from './unknown-keys.ts';

export interface LoadedRc {
  readonly root: { readonly ci: Readonly<Record<string, unknown>>; readonly customAssertions: unknown };
  readonly problems: readonly RcProblem[];
  lineOf: RcText['lineOf'];
}

/** Files that extend each other in a circle end here. */
const mostExtended = 5;
/** Other tools' own, or anchors to refer to: YAML has no other place for them. */
const isOthers = (key: string) => key.startsWith('x-') || key.startsWith('.') || key === '$schema';
const roots = ['ci', 'lhci', 'ci:client', 'ci:server', 'customAssertions'];

/** What stands in a file and in those that it extends. Throws LighthousercInvalid where there is nothing to read. */
export async function loadRc(path: string, allowScripts: boolean, depth = 0): Promise<LoadedRc> {
  if (depth > mostExtended) throw new LighthousercInvalid([`${path}: more than ${mostExtended} files extend each other`]);
  const { value, problems, lineOf } = await readFrom(path, allowScripts);
  if (problems.some(({ level }) => level === 'error'))
    throw new LighthousercInvalid(problems.filter(({ level }) => level === 'error').map(({ message }) => `${path}: ${message}`));
  const file = withoutDots(value ?? {});
  if (!isRecord(file)) throw new LighthousercInvalid([`${path}: must be an object with ci`]);
  const ci = sectionsOf(file);
  const own = { ci, customAssertions: file.customAssertions ?? ci.customAssertions };
  const unknown = unknownKeys(file, [...roots, ...Object.keys(file).filter(isOthers)]);
  const told = [...problems, ...unknown, ...(Object.keys(ci).length === 0 ? [mistake([], 'there is no ci with collect and assert')] : [])];
  const { extends: extended, customAssertions: _, ...rest } = ci;
  const read = { root: { ...own, ci: rest }, problems: told, lineOf };
  return typeof extended === 'string' ? over(await loadRc(besides(path, extended), allowScripts, depth + 1), read) : read;
}

const besides = (path: string, other: string) => resolve(dirname(path), other);

function over(base: LoadedRc, own: LoadedRc): LoadedRc {
  const root = mergeRc(base.root, own.root) as LoadedRc['root'];
  const customAssertions = own.root.customAssertions ?? base.root.customAssertions;
  return { root: { ...root, customAssertions }, problems: [...base.problems, ...own.problems], lineOf: own.lineOf };
}

/** `ci` and `lhci` are the same; keys of the former are the weaker ones. */
function sectionsOf(file: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { server: _, ...client } = recordOf(file['ci:client']);
  return { ...recordOf(file.ci), ...recordOf(file.lhci), ...client };
}

const recordOf = (value: unknown): Readonly<Record<string, unknown>> => (isRecord(value) ? value : {});

async function readFrom(path: string, allowScripts: boolean): Promise<RcText> {
  if (!/\.c?js$/i.test(path)) return readRcText(await textOf(path));
  if (!allowScripts) throw new LighthousercInvalid([`${path}: a script is not run here; write it as yml or json`]);
  await textOf(path);
  const module = (await import(pathToFileURL(resolve(path)).href)) as { default?: unknown };
  return { value: module.default ?? module, problems: [], lineOf: () => undefined };
}

async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: Error) =>
    Promise.reject(new LighthousercInvalid([`${path} cannot be read: ${error.message}`])),
  );
}

/** `categories.performance` is `categories:performance`: dots would be paths on Lighthouse CI's command line. */
function withoutDots(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDots);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key.replaceAll('.', ':'), withoutDots(each)]));
}
