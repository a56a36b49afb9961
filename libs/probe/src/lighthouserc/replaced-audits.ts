/** What is checked where a file names an audit that Lighthouse 13 removed: https://github.com/GoogleChrome/lighthouse/releases/tag/v13.0.0 */
export const replacedAudits: Readonly<Record<string, { readonly by: string; readonly reads: string } | undefined>> = {
  'dom-size': { by: 'dom-size-insight', reads: 'its number of elements' },
  'uses-long-cache-ttl': { by: 'cache-insight', reads: 'its score' },
  'uses-optimized-images': { by: 'image-delivery-insight', reads: 'its score' },
  'modern-image-formats': { by: 'image-delivery-insight', reads: 'its score' },
  'uses-responsive-images': { by: 'image-delivery-insight', reads: 'its score' },
};
