/** Of package.json, which a test holds it to. */
export const sdkVersion = '0.1.0';
