import { describe, expect, it } from '@jest/globals';
import { type Destination, whyRefused } from './why-refused.ts';

const to = (host: string, port = 443, addresses: readonly string[] = [host]): Destination => ({ host, port, addresses });
const web = '93.184.216.34';

describe('without a list', () => {
  it.each([[to('example.org', 443, [web])], [to('example.org', 80, [web, '2606:4700:4700::1111'])], [to(web)]])(
    '%j may be visited',
    (destination) => {
      expect(whyRefused(destination, [])).toBeUndefined();
    },
  );

  it.each([
    [to('127.0.0.1', 80), 'private network'],
    [to('::1', 80), 'private network'],
    [to('10.1.2.3'), 'private network'],
    [to('100.64.0.1'), 'private network'],
    [to('fd00::1'), 'private network'],
    [to('0.0.0.0'), 'no address of the web'],
    [to('169.254.169.254', 80), 'no address of the web'],
    [to('fd00:ec2::254', 80), 'no address of the web'],
    [to('fe80::1'), 'no address of the web'],
    [to('::ffff:127.0.0.1'), 'no address of the web'],
    [to('::ffff:169.254.169.254'), 'no address of the web'],
    [to('64:ff9b::a9fe:a9fe'), 'no address of the web'],
    [to('224.0.0.1'), 'no address of the web'],
    [to('localhost', 80, ['127.0.0.1']), 'localhost:80 leads to 127.0.0.1'],
    // One of several is enough.
    [to('example.org', 443, [web, '10.0.0.1']), 'example.org:443 leads to 10.0.0.1'],
    [to('metadata.google.internal', 80, []), 'credentials of machines'],
    [to('example.org', 8080, [web]), 'neither at port 80 nor 443'],
  ])('%j may not be visited', (destination, why) => {
    expect(whyRefused(destination, [])).toContain(why);
  });
});

describe('with a list', () => {
  it.each([
    ['localhost', to('localhost', 3000, ['127.0.0.1', '::1'])],
    ['localhost:3000', to('localhost', 3000, ['127.0.0.1'])],
    ['127.0.0.1', to('127.0.0.1', 8080)],
    ['::1', to('::1', 8080)],
    ['[::1]:8080', to('::1', 8080)],
    ['*.corp.example', to('shop.corp.example', 8443, ['10.0.0.7'])],
    ['Shop.Corp.Example', to('shop.corp.example', 443, ['10.0.0.7'])],
    ['169.254.169.254', to('169.254.169.254', 80)],
  ])('%s lets %j be visited', (pattern, destination) => {
    expect(whyRefused(destination, [pattern])).toBeUndefined();
  });

  it.each([
    ['localhost:3000', to('localhost', 3001, ['127.0.0.1'])],
    ['*.corp.example', to('corp.example', 443, ['10.0.0.7'])],
    ['*.corp.example', to('evilcorp.example', 443, ['10.0.0.7'])],
    ['corp.example', to('shop.corp.example', 443, ['10.0.0.7'])],
    // A listed name that is led to the metadata of the cloud.
    ['shop.corp.example', to('shop.corp.example', 80, ['169.254.169.254'])],
    ['shop.corp.example', to('shop.corp.example', 80, ['fd00:ec2::254'])],
    ['127.0.0.1', to('127.0.0.2', 80)],
    ['', to('127.0.0.1', 80)],
  ])('%s does not let %j be visited', (pattern, destination) => {
    expect(whyRefused(destination, [pattern])).toEqual(expect.any(String));
  });
});
