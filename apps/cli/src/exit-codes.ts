/** What the command's exit code says; part of its interface. */
export const exitCodes = {
  done: 0,
  failed: 1,
  /** The command line or the configuration is wrong; nothing was done. */
  misused: 2,
  /** `doctor` found something that keeps the product from working. */
  unwell: 3,
  /** Another process holds the data folder, and the command cannot work beside it. */
  inUse: 4,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export const exitCodesHelp = `Exit codes: 0 done, 1 failed, 2 wrong command line or configuration, 3 doctor found a problem, 4 data folder in use.`;
