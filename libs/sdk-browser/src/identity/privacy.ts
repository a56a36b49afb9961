/** The person asked not to be tracked, by Global Privacy Control or the older Do Not Track ("1"). */
export function privacyRequested(agent: { globalPrivacyControl?: unknown; doNotTrack?: string | null }): boolean {
  return !!agent.globalPrivacyControl || Number(agent.doNotTrack) > 0;
}
