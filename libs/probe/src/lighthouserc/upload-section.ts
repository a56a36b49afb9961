import { z } from 'zod';
import type { Variables } from './interpolate.ts';
import { mistake, type RcProblem } from './rc-problem.ts';

/** A house, or another server of Lighthouse CI, that keeps results. */
export interface ResultServer {
  /** Without a slash at its end. */
  readonly url: string;
  /** Of a project there; absent: nobody said it, as in builds of forks. */
  readonly token?: string;
  /** Sent with every request: a password, what a proxy in front wants. */
  readonly headers: Readonly<Record<string, string>>;
}

const text = z.string().min(1).optional().catch(undefined);
const schema = z.object({
  target: text,
  serverBaseUrl: text,
  token: text,
  extraHeaders: z.record(z.string(), z.string()).optional().catch(undefined),
  basicAuth: z.object({ username: z.string().optional(), password: z.string() }).optional().catch(undefined),
});

/** Of Lighthouse CI: a variable counts more than the file. */
const names = { serverBaseUrl: 'LHCI_SERVER_BASE_URL', token: 'LHCI_TOKEN' } as const;

/** Understands as much of `upload` as says where results are kept; no server where it says nothing of that. */
export function readUploadSection(
  section: unknown,
  variables: Variables,
): { readonly server?: ResultServer; readonly problems: readonly RcProblem[] } {
  const { target, extraHeaders = {}, basicAuth, ...said } = schema.catch({}).parse(section ?? {});
  const { serverBaseUrl, token } = {
    serverBaseUrl: variables[names.serverBaseUrl] || said.serverBaseUrl,
    token: variables[names.token] || said.token,
  };
  if ((target !== undefined && target !== 'lhci') || serverBaseUrl === undefined || isUnset(serverBaseUrl)) return { problems: [] };
  if (!/^https?:$/.test(URL.parse(serverBaseUrl)?.protocol ?? ''))
    return { problems: [mistake(['serverBaseUrl'], `must be an http or https address, not ${serverBaseUrl}`)] };
  const password = basicAuth && `Basic ${Buffer.from(`${basicAuth.username ?? 'lhci'}:${basicAuth.password}`).toString('base64')}`;
  const headers = { ...(password !== undefined && { authorization: password }), ...extraHeaders };
  const url = serverBaseUrl.replace(/\/+$/, '');
  return { server: { url, headers, ...(token !== undefined && !isUnset(token) && { token }) }, problems: [] };
}

/** A variable of the file that is not set stands there as it is written. */
const isUnset = (value: string) => value.startsWith('${');
