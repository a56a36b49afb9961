export interface WidgetCspOptions {
  /** Origins scripts, styles and images come from; the SDK's own, unless it is bundled with the widget. */
  resourceDomains?: string[];
  /** Other origins the widget talks to. */
  connectDomains?: string[];
}

export interface WidgetCsp {
  ui: { csp: { connectDomains: string[]; resourceDomains: string[] } };
  'openai/widgetCSP': { connect_domains: string[]; resource_domains: string[] };
}

/** The `_meta` of a widget's resource that lets its beacons out: what MCP Apps asks for, and what ChatGPT did before it. */
export function widgetCsp(intake: string, options: WidgetCspOptions = {}): WidgetCsp {
  const connectDomains = [...new Set([new URL(intake).origin, ...(options.connectDomains ?? [])])];
  const resourceDomains = [...new Set(options.resourceDomains)];
  return {
    ui: { csp: { connectDomains, resourceDomains } },
    'openai/widgetCSP': { connect_domains: connectDomains, resource_domains: resourceDomains },
  };
}
