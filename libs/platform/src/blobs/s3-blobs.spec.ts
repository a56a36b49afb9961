import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { blobKey } from './blob-key.ts';
import { reportBlobsContract } from './report-blobs.contract.ts';
import { S3Blobs, S3Failure } from './s3-blobs.ts';
import { bucket, credentials, type S3Receiver, startS3Receiver } from './s3-receiver.contract.ts';

const key = blobKey({ project: 'shop', at: 0, job: 'shop.home.1970-01-01T00:00:00.000Z', run: 0 });

for (const prefix of ['', 'beacon/house/']) {
  reportBlobsContract(`S3Blobs with the prefix ${JSON.stringify(prefix)}`, async () => {
    const { endpoint, close } = await startS3Receiver();
    return { blobs: new S3Blobs({ endpoint, bucket, prefix, ...credentials }), close };
  });
}

describe('S3', () => {
  let receiver: S3Receiver;
  beforeAll(async () => {
    receiver = await startS3Receiver();
  });
  afterAll(() => receiver.close());

  const blobs = (changes: object = {}) => new S3Blobs({ endpoint: receiver.endpoint, bucket, prefix: 'p/', ...credentials, ...changes });

  it('holds objects below the prefix, and what stands beside it is not listed', async () => {
    await blobs().put(key, Buffer.from('x'));
    await blobs({ prefix: 'other/' }).put(key, Buffer.from('y'));
    expect([...receiver.objects.keys()].sort()).toEqual([`other/${key}`, `p/${key}`]);
    const keys = [];
    for await (const facts of blobs().list()) keys.push(facts.key);
    expect(keys).toEqual([key]);
  });

  it('is asked again where it has no time', async () => {
    receiver.failNext(2);
    await blobs().put(key, Buffer.from('after two refusals'));
    expect(Buffer.from((await blobs().get(key))!).toString()).toBe('after two refusals');
  });

  it.each([
    ['SignatureDoesNotMatch', { secretAccessKey: 'wrong' }],
    ['InvalidAccessKeyId', { region: 'us-east-1' }],
    ['NoSuchBucket', { bucket: 'nowhere' }],
  ])('says %s where it refuses', async (code, changes) => {
    for (const asked of [blobs(changes).put(key, Buffer.from('x')), blobs(changes).get(key), blobs(changes).delete(key)])
      await expect(asked).rejects.toThrow(new RegExp(`^S3 .*${code}`));
    await expect(blobs(changes).get(key)).rejects.toBeInstanceOf(S3Failure);
  });

  it('is signed with the token of lent credentials', async () => {
    await blobs({ sessionToken: 'a token+/=' }).put(key, Buffer.from('x'));
  });
});
