/** What a group has committed for a partition: `next` is not known to be finished; up to `to` a block was handed out under fixed bounds. */
export interface CommittedPosition {
  readonly next: number;
  readonly to: number | null;
}

const pending = /^to (\d{1,16})$/;

/** The metadata of a commit. Invariant: with a block it says where the block ends, without one it is empty. */
export function commitMetadata(to: number | null): string {
  return to === null ? '' : `to ${to}`;
}

/** Undefined where the group has never committed. */
export function readCommitted(offset: string, metadata: string | null): CommittedPosition | undefined {
  const next = Number(offset);
  if (next < 0) return undefined;
  const to = pending.exec(metadata ?? '')?.[1];
  return { next, to: to === undefined ? null : Number(to) };
}
