import type { MonitorConfig } from '#contracts';

/** A page that is visited by schedule. */
export interface Monitor extends MonitorConfig {
  readonly project: string;
  /** Where it stands: the file is changed by the operator, the others by the API. */
  readonly source: 'file' | 'api';
}
