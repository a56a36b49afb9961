import type { CollectPlan } from '../lighthouserc/collect-section.ts';
import { FolderServer } from './folder-server.ts';
import type { Gating } from './gate-options.ts';
import { ServerProcess } from './server-process.ts';

interface Served extends AsyncDisposable {
  readonly urls: readonly string[];
}

/** The pages are served until this is disposed of: by the command of the configuration, from its folder, or by somebody else already. */
export async function serving({ server, folder, urls }: CollectPlan, within: string, { clock, signal, progress }: Gating): Promise<Served> {
  if (folder !== undefined) {
    const started = await FolderServer.start(folder, within);
    try {
      return { urls: await started.addresses(urls), [Symbol.asyncDispose]: () => started.stop() };
    } catch (error) {
      await started.stop();
      throw error;
    }
  }
  if (server === undefined) return { urls, [Symbol.asyncDispose]: async () => undefined };
  progress(`starting ${server.command}`);
  const started = await ServerProcess.start(server, within, clock, signal);
  return { urls, [Symbol.asyncDispose]: () => started.stop() };
}
