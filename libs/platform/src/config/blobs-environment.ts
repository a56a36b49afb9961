import { join } from 'node:path';
import { z } from 'zod';
import type { S3Place } from '../blobs/s3-blobs.ts';
import { withoutSlash } from './alerting-environment.ts';

const credential = z.string().regex(/^[!-~]{1,4096}$/, 'is printable characters without spaces');

/** Where whole reports of audits stand. */
export const blobsVariables = {
  BEACONHOUSE_BLOBS: z
    .string()
    .min(1)
    .refine((text) => !text.includes('://') || s3Address.test(text), 'is a folder, or s3://bucket or s3://bucket/prefix')
    .optional()
    .describe('Where whole reports of audits stand: a folder, or s3://bucket/prefix. Absent: `blobs` in the data folder.'),
  BEACONHOUSE_S3_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Address of a service that speaks S3, such as MinIO; the bucket goes into the path. Absent: AWS, in AWS_REGION.'),
  AWS_REGION: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/)
    .default('us-east-1')
    .describe('Region of the bucket; with s3:// in BEACONHOUSE_BLOBS.'),
  AWS_ACCESS_KEY_ID: credential.optional().describe('Who asks S3; with s3:// in BEACONHOUSE_BLOBS.'),
  AWS_SECRET_ACCESS_KEY: credential.optional().describe('Its secret.'),
  AWS_SESSION_TOKEN: credential.optional().describe('Of credentials that are lent for a while.'),
};
const s3Address = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([A-Za-z0-9][A-Za-z0-9_/-]*))?$/;
const blobsSchema = z.object(blobsVariables);

export type BlobsEnvironment = { readonly kind: 'folder'; readonly folder: string } | { readonly kind: 's3'; readonly place: S3Place };

/** Undefined where it is a bucket and nobody says who asks for it. */
export function blobsEnvironment(env: z.infer<typeof blobsSchema>, dataDir: string): BlobsEnvironment | undefined {
  const { BEACONHOUSE_BLOBS: blobs = join(dataDir, 'blobs'), AWS_REGION: region, BEACONHOUSE_S3_ENDPOINT: endpoint } = env;
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = env;
  const [, bucket, path = ''] = s3Address.exec(blobs) ?? [];
  if (bucket === undefined) return { kind: 'folder', folder: blobs };
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  const prefix = path === '' || path.endsWith('/') ? path : `${path}/`;
  const place = {
    endpoint: withoutSlash(endpoint ?? `https://s3.${region}.amazonaws.com`),
    bucket,
    prefix,
    region,
    accessKeyId,
    secretAccessKey,
  };
  return { kind: 's3', place: { ...place, ...(sessionToken !== undefined && { sessionToken }) } };
}
