import type { Logger } from 'pino';
import type { AlertChange, AlertState } from '#platform';
import { changeOf, type Kept, type Remembered, recall } from '../alert-book.ts';
import type { Channel } from '../channels/channel.ts';
import type { Deploy } from './deploy.ts';

type ToldDeploy = Remembered['deploy'];
type KeptDeploy = Kept<ToldDeploy>;

export interface TellDeploysParts {
  readonly state: AlertState;
  readonly log: Logger;
  /** All there are, by their ids; those that show deploys are told. */
  readonly channels: ReadonlyMap<string, Channel>;
}

/** After so long a deploy is known no more. */
const forgottenMs = 24 * 3_600_000;
/** A release that goes out again after so long, as to undo a later one, is another deploy of it. */
const anotherMs = 30 * 60_000;
/** Once a minute. */
const mostAttempts = 5;
/** At once, and remembered: anybody may send releases of any name. */
const most = { atOnce: 20, remembered: 500 } as const;

interface Telling {
  readonly now: number;
  /** Somebody said that they went out: so they did, also where the release went out before. */
  readonly said?: boolean;
  readonly signal: AbortSignal;
}

/**
 * Tells each deploy once to each channel that shows them. That it is tried is written first: after a crash it is tried again, a few times
 * at most. Rejects where the state is away, or somebody else tells them too.
 */
export async function tellDeploys(deploys: readonly Deploy[], parts: TellDeploysParts, telling: Telling): Promise<void> {
  const channels = [...parts.channels.values()].flatMap(({ id, tellDeploy }) => (tellDeploy ? [id] : []));
  if (channels.length === 0) return;
  const known = await recall(parts.state, 'deploy');
  await forget(known, parts.state, telling.now);
  const fresh = deploys.flatMap((deploy) => freshOf(deploy, known.get(idOf(deploy)), telling)).slice(0, most.remembered);
  const remembered = fresh.filter(({ version }, index) => version > 0 || index < most.remembered - known.size);
  const waiting = [...known.values()].filter(({ value }) => value.waiting.length > 0 && value.attempts < mostAttempts);
  const all: KeptDeploy[] = [
    ...waiting,
    ...remembered.map(({ version, deploy }) => ({ version, value: { deploy, waiting: channels, attempts: 0 } })),
  ];
  for (const kept of all.slice(0, most.atOnce)) {
    if (telling.signal.aborted) return;
    await tellOne(kept, parts, telling);
  }
}

/** Nothing of what was told already; with the version that it follows. */
function freshOf(deploy: Deploy, known: KeptDeploy | undefined, { said }: Telling): { deploy: Deploy; version: number }[] {
  if (!known) return [{ deploy, version: 0 }];
  return said && deploy.at - known.value.deploy.at > anotherMs ? [{ deploy, version: known.version }] : [];
}

async function tellOne({ version, value }: KeptDeploy, { state, log, channels }: TellDeploysParts, { now, signal }: Telling) {
  const tried = { ...value, attempts: value.attempts + 1 };
  await state.write({ at: now, changes: [changed(tried, version)] });
  const waiting: string[] = [];
  for (const id of value.waiting) {
    const sent = await channels.get(id)?.tellDeploy?.(value.deploy, { signal, now });
    if (sent?.result === 'later') waiting.push(id);
    if (sent && sent.result !== 'delivered')
      log.warn({ channel: id, release: value.deploy.release, reason: sent.reason }, 'alerts: a deploy was not taken');
  }
  await state.write({ at: now, changes: [changed({ ...tried, waiting }, version + 1)] });
}

async function forget(known: Map<string, KeptDeploy>, state: AlertState, now: number): Promise<void> {
  const old = [...known].filter(([, { value }]) => value.deploy.at < now - forgottenMs);
  const changes = old.map(([, { version, value }]) => changed(value, version, true));
  if (changes.length > 0) await state.write({ at: now, changes });
  for (const [id] of old) known.delete(id);
}

function changed(value: ToldDeploy, version: number, ended = false): AlertChange {
  const { project } = value.deploy;
  return changeOf('deploy', { project, id: idOf(value.deploy), ended }, version === 0 ? undefined : { version, value }, value);
}

const idOf = ({ project, app, environment, release }: Deploy) => JSON.stringify([project, app, environment, release]);
