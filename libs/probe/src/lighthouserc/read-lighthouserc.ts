import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { AssertionSet } from '../assertions/assertion.ts';
import { readBudgets } from './budgets-file.ts';
import { type CollectPlan, readCollectSection } from './collect-section.ts';
import { readCustomAssertions } from './custom-assertions.ts';
import { interpolate, type Variables } from './interpolate.ts';
import { loadRc } from './load-rc.ts';
import { below, LighthousercInvalid, mistake, type RcProblem } from './rc-problem.ts';
import { readAssertSection } from './read-assert-section.ts';
import { scriptKind } from './script-kind.ts';
import { unknownKeys } from './unknown-keys.ts';
import { type ResultServer, readUploadSection } from './upload-section.ts';

export interface Lighthouserc {
  readonly path: string;
  readonly collect: CollectPlan;
  readonly assertions: readonly AssertionSet[];
  readonly includePassed: boolean;
  /** Where results are kept, as far as that is said. */
  readonly server?: ResultServer;
  /** One line each: what is not used, or read in another way than Lighthouse CI does. */
  readonly warnings: readonly string[];
  /** Values that are not to be shown: they came from variables. */
  readonly secrets: readonly string[];
  /** Puts the names of variables back where their values stand in a text that is shown. */
  mask(text: string): string;
}

export interface RcReading {
  /** What `${NAME}` may stand for. */
  readonly variables: Variables;
  /** Where paths of the file begin: the folder that the command runs in, as for Lighthouse CI. */
  readonly folder: string;
  /** A configuration may be a script, which is run: for one's own files only. */
  readonly allowScripts: boolean;
}

/** Reads a configuration of Lighthouse CI. Throws LighthousercInvalid with every mistake in it, where there is one. */
export async function readLighthouserc(path: string, reading: RcReading): Promise<Lighthouserc> {
  const { root, problems, lineOf } = await loadRc(path, reading.allowScripts);
  const { value, problems: unset, secrets, mask } = interpolate(root, reading.variables);
  const { ci, customAssertions } = value as typeof root;
  const collect = readCollectSection(ci.collect);
  const asserted = readAssertSection(ci.assert);
  const custom = readCustomAssertions(customAssertions);
  const budgets = await budgetsOf(asserted.budgetsFile, reading.folder);
  const flows = await sortScripts(collect.collect, reading.folder);
  const upload = readUploadSection(ci.upload, reading.variables);
  const all = [
    ...problems,
    ...[...unset, ...below(['ci'], unknownKeys(ci, sections)), ...below(['ci', 'collect'], [...collect.problems, ...flows.problems])],
    ...[...below(['ci', 'assert'], [...asserted.problems, ...budgets.problems]), ...custom.problems],
    ...below(['ci', 'upload'], upload.problems),
  ];
  const lines = (level: RcProblem['level']) => [...new Set(all.filter((each) => each.level === level).map((each) => mask(lineFor(each))))];
  const mistakes = lines('error');
  if (mistakes.length > 0 || flows.collect === undefined) throw new LighthousercInvalid(mistakes);
  return {
    ...{ path, secrets, mask, warnings: lines('warning'), includePassed: asserted.includePassed },
    ...(upload.server && { server: upload.server }),
    collect: flows.collect,
    assertions: [...asserted.sets, ...budgets.sets, ...custom.sets],
  };

  function lineFor({ field, message }: RcProblem): string {
    const line = lineOf(field);
    const name = field.join('.');
    return `${path}${line === undefined ? '' : `:${line}`}: ${name === '' ? '' : `${name}: `}${message}`;
  }
}

const sections = ['collect', 'assert', 'upload', 'server', 'wizard', 'extends'];

async function budgetsOf(path: string | undefined, folder: string): Promise<ReturnType<typeof readBudgets>> {
  if (path === undefined) return { sets: [], problems: [] };
  try {
    const { sets, problems } = readBudgets(JSON.parse(await readFile(resolve(folder, path), 'utf8')));
    return { sets, problems: below(['budgetsFile'], problems) };
  } catch (error) {
    return { sets: [], problems: [mistake(['budgetsFile'], `cannot be read: ${(error as Error).message}`)] };
  }
}

/** A puppeteer script that takes timespans is a user flow, which Lighthouse CI does not know; without them it prepares the browser. */
async function sortScripts(collect: CollectPlan | undefined, folder: string) {
  if (collect === undefined) return { problems: [] };
  const { puppeteerScript, flows, ...rest } = collect;
  const absolute = flows.map(({ script, url }) => ({ script: resolve(folder, script), url }));
  if (puppeteerScript === undefined) return { collect: { ...rest, flows: absolute }, problems: [] };
  const script = resolve(folder, puppeteerScript);
  try {
    const kind = scriptKind(await readFile(script, 'utf8'), rest.urls);
    const flow = kind === 'setup' ? [] : [{ script, url: kind.url }];
    return { collect: { ...rest, flows: [...absolute, ...flow], ...(kind === 'setup' && { puppeteerScript: script }) }, problems: [] };
  } catch (error) {
    return { collect, problems: [mistake(['puppeteerScript'], `cannot be read: ${(error as Error).message}`)] };
  }
}
