/** How urgent an incident is, the least first. The same words at PagerDuty. */
export const alertSeverities = ['info', 'warning', 'critical'] as const;
export type AlertSeverity = (typeof alertSeverities)[number];

export function isGraver(one: AlertSeverity, than: AlertSeverity): boolean {
  return alertSeverities.indexOf(one) > alertSeverities.indexOf(than);
}
