import { destroy, initializeRUM, instrumentBridge, setRoute, setUser, trackError, trackMetric, wrapCallTool } from './index.ts';

/** For pages that load the SDK by a script tag. */
Object.assign(globalThis, {
  beaconhouse: { destroy, initializeRUM, instrumentBridge, setRoute, setUser, trackError, trackMetric, wrapCallTool },
});
