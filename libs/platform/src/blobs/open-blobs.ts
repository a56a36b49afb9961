import type { BlobsEnvironment } from '../config/blobs-environment.ts';
import { FolderBlobs } from './folder-blobs.ts';
import type { ReportBlobs } from './report-blobs.ts';
import { S3Blobs } from './s3-blobs.ts';

/** Where the environment says that reports stand. */
export async function openBlobs(blobs: BlobsEnvironment): Promise<ReportBlobs> {
  return blobs.kind === 's3' ? new S3Blobs(blobs.place) : await FolderBlobs.open(blobs.folder);
}
