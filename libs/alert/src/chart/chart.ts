/** CSS pixels: as wide as a message is in Slack and in most mail clients. */
export const chartSize = { width: 640, height: 260 } as const;

/** A picture of what an incident is about. */
export interface Chart {
  readonly png: Buffer;
  /** What it shows, in words, on one line. */
  readonly alt: string;
  /** Where others may fetch it for some days, without a token; absent where the house has no address or no secret for it. */
  readonly url?: string;
}
