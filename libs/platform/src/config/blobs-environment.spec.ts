import { describe, expect, it } from '@jest/globals';
import { ConfigurationError, readEnvironment } from './environment.ts';

const keys = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret' };
const blobs = (variables: Record<string, string>) => readEnvironment(variables).blobs;

describe('whole reports', () => {
  it('stand in the data folder, or in another', () => {
    expect(blobs({})).toEqual({ kind: 'folder', folder: 'data/blobs' });
    expect(blobs({ BEACONHOUSE_BLOBS: '/srv/reports' })).toEqual({ kind: 'folder', folder: '/srv/reports' });
  });

  it('stand in a bucket of AWS, or of another service', () => {
    const known = { accessKeyId: 'AKID', secretAccessKey: 'secret', bucket: 'reports' };
    expect(blobs({ BEACONHOUSE_BLOBS: 's3://reports', AWS_REGION: 'eu-central-1', ...keys })).toEqual({
      kind: 's3',
      place: { ...known, endpoint: 'https://s3.eu-central-1.amazonaws.com', prefix: '', region: 'eu-central-1' },
    });
    const minio = {
      BEACONHOUSE_BLOBS: 's3://reports/a/b',
      BEACONHOUSE_S3_ENDPOINT: 'http://minio:9000/',
      AWS_SESSION_TOKEN: 'token',
      ...keys,
    };
    expect(blobs(minio)).toEqual({
      kind: 's3',
      place: { ...known, endpoint: 'http://minio:9000', prefix: 'a/b/', region: 'us-east-1', sessionToken: 'token' },
    });
  });

  it.each([
    ['needs AWS_ACCESS_KEY_ID', { BEACONHOUSE_BLOBS: 's3://reports' }],
    ['BEACONHOUSE_BLOBS', { BEACONHOUSE_BLOBS: 's3://reports/../other', ...keys }],
    ['BEACONHOUSE_BLOBS', { BEACONHOUSE_BLOBS: 'https://reports.test', ...keys }],
    ['AWS_SECRET_ACCESS_KEY', { BEACONHOUSE_BLOBS: 's3://reports', ...keys, AWS_SECRET_ACCESS_KEY: 'two words' }],
  ])('are refused a place: %s', (name, variables) => {
    expect(() => readEnvironment(variables)).toThrow(ConfigurationError);
    expect(() => readEnvironment(variables)).toThrow(name);
  });
});
