import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** What a strict service would say, beside 200. */
interface Answer {
  readonly status: number;
  readonly body?: string | Buffer;
}

interface Stored {
  readonly bytes: Buffer;
  readonly at: number;
}

export interface S3Receiver {
  readonly endpoint: string;
  readonly objects: ReadonlyMap<string, Stored>;
  /** So many of the next requests are answered 503. */
  failNext(times: number): void;
  close(): Promise<void>;
}

export const credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  region: 'eu-central-1',
};
export const bucket = 'reports';
const pageSize = 3;

/**
 * The part of S3 that reports need, as strict as S3: the signature is computed anew from what arrived by the steps of
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html, and the digest from the body.
 */
export async function startS3Receiver(): Promise<S3Receiver> {
  const objects = new Map<string, Stored>();
  let failures = 0;
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const wrong = failures > 0 ? failure(503, 'SlowDown') : (whyUnsigned(request, body) ?? undefined);
      failures = Math.max(0, failures - 1);
      send(response, wrong ?? act(objects, request, body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    failNext: (times) => {
      failures = times;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function act(objects: Map<string, Stored>, request: IncomingMessage, body: Buffer): Answer {
  const { pathname, searchParams } = new URL(request.url!, 'http://s3.test');
  const [, first = '', ...rest] = pathname.split('/').map(decodeURIComponent);
  const key = rest.join('/');
  if (first !== bucket) return failure(404, 'NoSuchBucket');
  if (key === '') return listing(objects, searchParams);
  switch (request.method ?? '') {
    case 'PUT':
      objects.set(key, { bytes: body, at: Date.now() });
      return { status: 200 };
    case 'GET':
      return objects.has(key) ? { status: 200, body: objects.get(key)!.bytes } : failure(404, 'NoSuchKey');
    case 'DELETE':
      objects.delete(key);
      return { status: 204 };
    default:
      return failure(405, 'MethodNotAllowed');
  }
}

function listing(objects: ReadonlyMap<string, Stored>, query: URLSearchParams): Answer {
  if (query.get('list-type') !== '2') return failure(400, 'InvalidArgument');
  const [prefix, token] = [query.get('prefix') ?? '', query.get('continuation-token')];
  const keys = [...objects.keys()].filter((key) => key.startsWith(prefix)).sort();
  const start = token === null ? 0 : Number(Buffer.from(token, 'base64').toString());
  const page = keys.slice(start, start + pageSize);
  const next = start + pageSize;
  const contents = page.map((key) => {
    const { bytes, at } = objects.get(key)!;
    return `<Contents><Key>${key}</Key><LastModified>${new Date(at).toISOString()}</LastModified><Size>${bytes.length}</Size></Contents>`;
  });
  const more = next < keys.length;
  // Base64 with its signs: they have to come back as they are.
  const token2 = more ? `<NextContinuationToken>${Buffer.from(`${next}`).toString('base64')}</NextContinuationToken>` : '';
  return { status: 200, body: `<ListBucketResult><IsTruncated>${more}</IsTruncated>${token2}${contents.join('')}</ListBucketResult>` };
}

const failure = (status: number, code: string): Answer => ({
  status,
  body: `<Error><Code>${code}</Code><Message>${code} it is</Message></Error>`,
});

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status).end(body);
}

/** Undefined where all of it is right. */
function whyUnsigned(request: IncomingMessage, body: Buffer): Answer | undefined {
  const { headers } = request;
  const given = /^AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(headers.authorization ?? '');
  if (!given) return failure(403, 'AccessDenied');
  const [, credential = '', signed = '', signature] = given;
  const date = String(headers['x-amz-date']);
  const scope = [date.slice(0, 8), credentials.region, 's3', 'aws4_request'];
  if (credential !== [credentials.accessKeyId, ...scope].join('/')) return failure(403, 'InvalidAccessKeyId');
  if (headers['x-amz-content-sha256'] !== sha256(body)) return failure(400, 'XAmzContentSHA256Mismatch');
  const needed = ['host', ...Object.keys(headers).filter((name) => name.startsWith('x-amz-'))];
  if (!needed.every((name) => signed.split(';').includes(name))) return failure(403, 'AccessDenied');
  const text = ['AWS4-HMAC-SHA256', date, scope.join('/'), sha256(canonical(request, signed))].join('\n');
  const key = scope.reduce<Buffer | string>((secret, part) => hmac(secret, part), `AWS4${credentials.secretAccessKey}`);
  return hmac(key, text).toString('hex') === signature ? undefined : failure(403, 'SignatureDoesNotMatch');
}

function canonical({ method, url, headers }: IncomingMessage, signed: string): string {
  const [path = '', query = ''] = url!.split('?');
  const parameters = [...new URLSearchParams(query)].map(([name, value]) => `${encode(name)}=${encode(value)}`).sort();
  const names = signed.split(';');
  const lines = names.map((name) => `${name}:${String(headers[name]).trim().replaceAll(/ +/g, ' ')}\n`);
  const where = path.split('/').map((part) => encode(decodeURIComponent(part)));
  return [method, where.join('/'), parameters.join('&'), lines.join(''), signed, headers['x-amz-content-sha256']].join('\n');
}

/** RFC 3986: everything but letters, digits, `-._~`. */
const encode = (text: string) =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
