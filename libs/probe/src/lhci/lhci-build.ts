/** What was measured of one commit on one branch. Moments are milliseconds since 1970. */
export interface LhciBuild {
  readonly tenant: string;
  readonly projectId: string;
  readonly id: string;
  /** Sealed: nothing more is added, and there are statistics. */
  readonly lifecycle: 'unsealed' | 'sealed';
  readonly hash: string;
  readonly branch: string;
  readonly commitMessage: string;
  readonly author: string;
  readonly avatarUrl: string;
  /** Empty where the client could not tell. */
  readonly ancestorHash: string;
  readonly externalBuildUrl: string;
  readonly runAt: number;
  readonly committedAt: number | null;
  readonly ancestorCommittedAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly version: number;
}
