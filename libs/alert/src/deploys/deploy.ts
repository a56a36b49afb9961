/** A release that went out. */
export interface Deploy {
  readonly project: string;
  readonly app?: string;
  readonly environment?: string;
  readonly release: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Where it can be looked at. */
  readonly url?: string;
}
