import type { AppName, AppProcess } from '../../infra/native/app-process.ts';
import type { ClusterHouse } from '../e2e/cluster-house.ts';
import type { SmallDisk } from './small-disk.ts';
import type { TcpProxy } from './tcp-proxy.ts';

/** A cluster under load and the wires to its services: what faults are made on. */
export interface ClusterScene {
  readonly house: ClusterHouse;
  readonly wires: { readonly kafka: TcpProxy; readonly engine: TcpProxy };
  /** Of all services, where it can be made full. */
  readonly disk: SmallDisk | undefined;
  readonly random: () => number;
}

/** A fault is over when its promise resolves: services and apps are back under their addresses. `false`: it could not be made. */
export type Fault = (scene: ClusterScene) => Promise<unknown>;

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export function pick<Item>(items: readonly Item[], random: () => number): Item {
  return items[Math.floor(random() * items.length)]!;
}

export function appsOf({ cluster }: ClusterHouse, app: AppName): AppProcess[] {
  return cluster.apps.filter((running) => running.app === app);
}

export async function restartOne({ house, random }: ClusterScene, app: AppName, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  await house.cluster.restartApp(pick(appsOf(house, app), random), signal);
}
