const route = `/widget-preview/${document.body.dataset.widget}`;
const nothing = { setRoute() {} };

/**
 * The monitor, or nothing at all where its script could not be loaded: a widget never depends on being measured.
 * Metrics leave after two seconds instead of thirty, because somebody watches them arrive.
 */
export const rum =
  globalThis.beaconhouse?.initializeRUM({
    appId: 'demo',
    environment: 'development',
    release: 'demo-1',
    route,
    flushInterval: 2_000,
    enableDebug: new URLSearchParams(location.search).has('debug'),
  }) ?? nothing;

/** Names a view inside the widget; without an argument the widget itself. */
export const showView = (view = '') => rum.setRoute(view === '' ? route : `${route}/${view}`);
