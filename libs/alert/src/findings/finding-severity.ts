import type { AlertSeverity, Finding } from '#contracts';

/** How urgent a finding is, by how grave. */
export const alertSeverityOf: Readonly<Record<Finding['severity'], AlertSeverity>> = { high: 'critical', medium: 'warning', low: 'info' };
