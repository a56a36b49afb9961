import { z } from 'zod';

export const analystVariables = {
  BEACONHOUSE_ANALYST_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      "Cluster: ClickHouse's HTTP interface with an analyst's user and password in it; assistants at /mcp ask SQL there. Without it they have none.",
    ),
};

/** ClickHouse's HTTP interface for a person's SQL; the rights of the user are the wall. */
export interface AnalystDoor {
  /** Without user and password: they must not stand in what is logged of a request. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

/** From an address with user and password in it. */
export function analystDoor(address: string | undefined): AnalystDoor | undefined {
  if (address === undefined) return undefined;
  const url = new URL(address);
  const [username, password] = [decodeURIComponent(url.username) || 'default', decodeURIComponent(url.password)];
  Object.assign(url, { username: '', password: '' });
  return { url: url.href, username, password };
}
