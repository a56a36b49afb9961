/** The person asked not to be tracked, by Global Privacy Control or the older Do Not Track. */
export function privacyRequested(agent: { globalPrivacyControl?: unknown; doNotTrack?: unknown }): boolean {
  return (
    agent.globalPrivacyControl === true || agent.globalPrivacyControl === '1' || agent.doNotTrack === '1' || agent.doNotTrack === 'yes'
  );
}
