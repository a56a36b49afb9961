import { destroy, initializeRUM, instrumentBridge, setRoute, setUser, trackError, trackMetric, wrapCallTool } from './index.ts';

/** For pages that load the SDK by a script tag. */
(globalThis as { beaconhouse?: object }).beaconhouse = {
  destroy,
  initializeRUM,
  instrumentBridge,
  setRoute,
  setUser,
  trackError,
  trackMetric,
  wrapCallTool,
};
