/**
 * What the alerter must remember between two looks, so that a crash neither loses nor doubles a page. Shape only:
 * the adapters (memory with the warehouse's journal; one Redis call) come with the alerting service.
 */
export interface AlertTransition {
  readonly instance: string;
  /** The version the decision was made on; a write against another version is refused. */
  readonly version: number;
  readonly state: string;
  readonly notices: readonly { readonly id: string; readonly channel: string; readonly body: string }[];
}

export abstract class AlertState {
  abstract read(instances: readonly string[]): Promise<ReadonlyMap<string, { version: number; state: string }>>;
  /** States and notices together, or nothing. */
  abstract write(transition: AlertTransition): Promise<'written' | 'conflict'>;
  abstract pendingNotices(limit: number): Promise<readonly { id: string; channel: string; body: string }[]>;
  abstract settleNotice(id: string, result: 'delivered' | 'failed'): Promise<void>;
}
