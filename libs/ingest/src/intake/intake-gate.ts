import type { BlockList } from 'node:net';
import type { ConfigFile } from '#contracts';
import { trustedProxies } from './client-network.ts';
import { KeyRing } from './key-ring.ts';
import { OverloadGuard } from './overload-guard.ts';
import { Admission } from './steps/limit-rate.ts';

/** What stands before the body is read: keys, quotas, what is under way, proxies. */
export class IntakeGate {
  #keys: KeyRing;
  readonly admission: Admission;
  readonly overload: OverloadGuard;
  readonly trusted: BlockList;

  constructor(config: ConfigFile) {
    this.#keys = new KeyRing(config);
    this.admission = new Admission(config.limits);
    this.overload = new OverloadGuard(config.limits);
    this.trusted = trustedProxies(config.trustedProxies);
  }

  get keys(): KeyRing {
    return this.#keys;
  }

  /** New keys, projects and quotas from the next beacon on; buckets keep what was spent. */
  replaceKeys(config: ConfigFile): void {
    this.#keys = new KeyRing(config);
  }
}
