/** What clouds call the service that hands out a machine's credentials. */
const names = new Set([
  ...['metadata', 'metadata.google.internal', 'metadata.goog', 'instance-data', 'instance-data.ec2.internal'],
  ...['metadata.azure.internal', 'metadata.tencentyun.com', 'metadata.platformequinix.com'],
]);

/** Of a host as a parsed URL writes it, without a dot at its end. */
export function isMetadataName(host: string): boolean {
  return names.has(host);
}
