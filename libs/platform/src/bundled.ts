// What a process takes with it that must not load the house: the index brings engines and clients along, a second of work and 60 MiB.

export { isMetadataName } from './net/metadata-name.ts';
export { addressKind } from './net/public-address.ts';
