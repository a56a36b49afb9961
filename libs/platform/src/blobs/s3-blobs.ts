import { createHash } from 'node:crypto';
import { AwsClient } from 'aws4fetch';
import { checkedKey } from './blob-key.ts';
import { type BlobFacts, ReportBlobs } from './report-blobs.ts';

export interface S3Place {
  /** Of the service, without the bucket: https://s3.eu-central-1.amazonaws.com, or that of MinIO, R2, Ceph. */
  readonly endpoint: string;
  readonly bucket: string;
  /** In front of every key: empty, or ends with a slash. */
  readonly prefix: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of credentials that are lent for a while. */
  readonly sessionToken?: string;
}

/** The service did not do what was asked of it. */
export class S3Failure extends Error {
  override readonly name = 'S3Failure';
}

const limitMs = 60_000;
/** Of what the service answers 5xx or 429 to. */
const retries = 3;

/** Objects in a bucket of S3, or of what speaks its protocol, with the bucket in the path. */
export class S3Blobs extends ReportBlobs {
  readonly #client: AwsClient;

  constructor(private readonly place: S3Place) {
    super();
    const { accessKeyId, secretAccessKey, sessionToken, region } = place;
    this.#client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries, ...(sessionToken && { sessionToken }) });
  }

  async put(key: string, bytes: Uint8Array): Promise<string> {
    const sha256 = sha256Of(bytes);
    const headers = { 'content-type': 'application/gzip', 'x-amz-content-sha256': sha256 };
    const answer = await this.#ask('PUT', this.#address(key), { headers, body: new Uint8Array(bytes) });
    await expectOk(answer, `store ${key}`);
    return sha256;
  }

  async get(key: string): Promise<Uint8Array | null> {
    const answer = await this.#ask('GET', this.#address(key));
    if (answer.status === 404) return absent(answer, key);
    await expectOk(answer, `read ${key}`);
    return new Uint8Array(await answer.arrayBuffer());
  }

  async delete(key: string): Promise<void> {
    const answer = await this.#ask('DELETE', this.#address(key));
    if (answer.status !== 404) return expectOk(answer, `delete ${key}`);
    await absent(answer, key);
  }

  async *list(): AsyncIterable<BlobFacts> {
    const { endpoint, bucket, prefix } = this.place;
    for (let token: string | undefined, first = true; first || token !== undefined; first = false) {
      const query = new URLSearchParams({ 'list-type': '2', prefix, ...(token !== undefined && { 'continuation-token': token }) });
      const answer = await this.#ask('GET', `${endpoint}/${bucket}?${query}`);
      await expectOk(answer, `list ${bucket}`);
      const xml = await answer.text();
      for (const [, object = ''] of xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)) yield factsOf(object, prefix);
      token = textIn(xml, 'IsTruncated') === 'true' ? textIn(xml, 'NextContinuationToken') : undefined;
    }
  }

  #address(key: string): string {
    const { endpoint, bucket, prefix } = this.place;
    return `${endpoint}/${bucket}/${prefix}${checkedKey(key)}`;
  }

  #ask(method: string, url: string, more: { readonly headers?: Record<string, string>; readonly body?: Uint8Array<ArrayBuffer> } = {}) {
    const headers = more.headers ?? { 'x-amz-content-sha256': sha256Of('') };
    return this.#client.fetch(url, { method, redirect: 'manual', signal: AbortSignal.timeout(limitMs), ...more, headers });
  }
}

const sha256Of = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

function factsOf(object: string, prefix: string): BlobFacts {
  const key = (textIn(object, 'Key') ?? '').slice(prefix.length);
  return { key, bytes: Number(textIn(object, 'Size')), at: Date.parse(textIn(object, 'LastModified') ?? '') };
}

/** Text of the first element of that name. */
function textIn(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text?.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
}

/** A bucket that is not there is no object that is not there. */
async function absent(answer: Response, key: string): Promise<null> {
  const code = textIn(await answer.text(), 'Code');
  if (code === undefined || code === 'NoSuchKey') return null;
  throw new S3Failure(`S3 could not find ${key}: ${code}`);
}

async function expectOk(answer: Response, what: string): Promise<void> {
  if (answer.ok) return;
  const xml = await answer.text();
  const reason = [textIn(xml, 'Code'), textIn(xml, 'Message')].filter(Boolean).join(': ');
  throw new S3Failure(`S3 would not ${what}: ${answer.status} ${reason}`.trim());
}
