import type { Transport } from '../transport/transports.ts';
import { callHost } from './message-bridge.ts';
import { openaiBridge } from './openai-bridge.ts';

/** A host that does not answer for this long did not take the beacon, in ms. */
const patience = 10_000;

/** Sends beacons as calls of an app-only tool, through whichever bridge there is; the network used is the app's server's. */
export const relayTransport = (tool: string): Transport => ({
  _send: (body) =>
    new Promise((resolve, reject) => {
      const taken = (result?: { isError?: unknown }) => resolve({ ok: !result?.isError });
      const beacon = JSON.parse(body);
      const bridge = openaiBridge();
      setTimeout(reject, patience);
      if (bridge?.callTool) bridge.callTool(tool, beacon).then(taken, reject);
      else callHost(beacon.beaconId, tool, beacon, ({ error, result }) => (error ? reject() : taken(result)));
    }),
});
