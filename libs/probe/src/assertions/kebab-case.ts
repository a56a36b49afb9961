/** `firstContentfulPaint` as `first-contentful-paint`, as Lighthouse CI does. */
export const kebabCase = (text: string) => text.replace(/([a-z])([A-Z])/g, '$1-$2').toLowerCase();

/** A user timing's name with letters, digits and single hyphens only. */
export const kebabName = (text: string) =>
  text
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .replace(/[^a-z0-9]+/gi, '-')
    .replace(/-+/g, '-')
    .replace(/(^-|-$)/g, '')
    .toLowerCase();
