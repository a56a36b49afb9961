/** Nothing asks for anything that the page does not ask for. */
export const quietFlags = [
  ...['--disable-dev-shm-usage', '--disable-gpu', '--no-first-run', '--disable-quic', '--disable-component-update'],
  ...['--disable-breakpad', '--disable-crash-reporter'],
];

/**
 * What is said to every Chromium beside what puppeteer says: it is quiet, and all that it asks for goes through the proxy, names included.
 */
export function chromiumFlags(proxy: string, { args, sandbox }: { readonly args: readonly string[]; readonly sandbox: boolean }): string[] {
  return [
    ...quietFlags,
    ...(sandbox ? [] : ['--no-sandbox']),
    ...args,
    // After the plan's own, so that none of those loosens them. Loopback addresses are no exception.
    ...[`--proxy-server=${proxy}`, '--proxy-bypass-list=<-loopback>', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
    '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
    '--webrtc-ip-handling-policy=disable_non_proxied_udp',
    '--remote-debugging-pipe',
  ];
}
