const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Of Lighthouse 13.5.0's default configuration; a test compares them. Named here because loading Lighthouse takes a second. */
export const knownAudits = words(`
accesskeys agent-accessibility-tree ard-schema aria-allowed-attr aria-allowed-role aria-command-name aria-conditional-attr
aria-deprecated-role aria-dialog-name aria-hidden-body aria-hidden-focus aria-input-field-name aria-meter-name aria-progressbar-name
aria-prohibited-attr aria-required-attr aria-required-children aria-required-parent aria-roles aria-text aria-toggle-field-name
aria-tooltip-name aria-treeitem-name aria-valid-attr aria-valid-attr-value autocomplete-valid baseline bf-cache bootup-time button-name
bypass cache-insight canonical charset clickjacking-mitigation cls-culprits-insight color-contrast crawlable-anchors csp-xss
cumulative-layout-shift custom-controls-labels custom-controls-roles definition-list deprecations diagnostics dlitem doctype
document-latency-insight document-title dom-size-insight duplicate-id-aria duplicated-javascript-insight empty-heading errors-in-console
final-screenshot first-contentful-paint focus-traps focusable-controls font-display-insight forced-reflow-insight form-field-multiple-labels
frame-title geolocation-on-start has-hsts heading-order hreflang html-has-lang html-lang-valid html-xml-lang-mismatch http-status-code
identical-links-same-purpose image-alt image-aspect-ratio image-delivery-insight image-redundant-alt image-size-responsive
inp-breakdown-insight input-button-name input-image-alt inspector-issues interaction-to-next-paint interactive
interactive-element-affordance is-crawlable is-on-https js-libraries label label-content-name-mismatch landmark-one-main
largest-contentful-paint layout-shifts lcp-breakdown-insight lcp-discovery-insight legacy-javascript-insight link-in-text-block link-name
link-text list listitem llms-txt logical-tab-order long-tasks main-thread-tasks mainthread-work-breakdown managed-focus max-potential-fid
meta-description meta-refresh meta-viewport metrics modern-http-insight network-dependency-tree-insight network-requests network-rtt
network-server-latency non-composited-animations notification-on-start object-alt offscreen-content-hidden origin-isolation
paste-preventing-inputs presentation-role-conflict redirects redirects-http render-blocking-insight resource-summary robots-txt
screenshot-thumbnails script-treemap-data select-name server-response-time skip-link speed-index structured-data svg-img-alt tabindex
table-duplicate-name table-fake-caption target-size td-has-header td-headers-attr th-has-data-cells third-parties-insight
third-party-cookies total-blocking-time total-byte-weight trusted-types-xss unminified-css unminified-javascript unsized-images
unused-css-rules unused-javascript use-landmarks user-timings valid-lang valid-source-maps video-caption viewport-insight
visual-order-follows-dom webmcp-form-coverage webmcp-registered-tools webmcp-schema-validity
`);

/** What Lighthouse 12 had and 13 has no more; Lighthouse CI's presets still name them. */
export const goneAudits = words(`
critical-request-chains dom-size duplicated-javascript efficient-animated-content first-meaningful-paint font-display font-size
interaction-to-next-paint-insight largest-contentful-paint-element lcp-lazy-loaded lcp-phases-insight legacy-javascript modern-image-formats
no-document-write offscreen-images prioritize-lcp-image render-blocking-resources third-party-facades third-party-summary uses-http2
uses-long-cache-ttl uses-optimized-images uses-passive-event-listeners uses-rel-preconnect uses-responsive-images
uses-responsive-images-snapshot uses-text-compression viewport work-during-interaction
`);

export const knownCategories: readonly string[] = ['performance', 'accessibility', 'best-practices', 'seo', 'agentic-browsing'];
