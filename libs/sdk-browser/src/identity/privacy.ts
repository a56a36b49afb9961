/** The person asked not to be tracked, by Global Privacy Control or the older Do Not Track ("1"). */
export function privacyRequested(agent: { globalPrivacyControl?: boolean; doNotTrack?: string | null }): boolean {
  return agent.globalPrivacyControl || agent.doNotTrack === '1';
}
