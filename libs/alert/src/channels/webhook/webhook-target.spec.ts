import { describe, expect, it } from '@jest/globals';
import { readTarget } from './webhook-target.ts';

const strict = { allowPrivate: false };
const lax = { allowPrivate: true };

it.each([
  'https://hooks.example.com/a?b=c',
  'http://hooks.example.com',
  'https://8.8.8.8/x',
  'https://[2606:4700::1111]/',
  'https://hooks.example.com:443',
  'https://hooks.example.com:80',
])('%p may be posted to', (url) => {
  expect(readTarget(url, strict).href).toBe(new URL(url).href);
});

describe('nothing is posted to', () => {
  it.each([
    ['ftp://hooks.example.com', 'http'],
    ['file:///etc/passwd', 'http'],
    ['gopher://hooks.example.com', 'http'],
    ['javascript:alert(1)', 'http'],
    ['hooks.example.com', 'URL'],
    ['http://', 'URL'],
    ['https://user:pw@hooks.example.com', 'password'],
    ['https://user@hooks.example.com', 'user'],
    ['https://:pw@hooks.example.com', 'password'],
    ['https://hooks.example.com:8443', 'port'],
    ['http://hooks.example.com:22', 'port'],
  ])('%p', (url, reason) => {
    expect(() => readTarget(url, strict)).toThrow(reason);
  });

  it.each([
    ...[
      '127.0.0.1',
      '2130706433',
      '0x7f000001',
      '0x7f.1',
      '0177.0.0.1',
      '127.1',
      '127.0.1',
      '017700000001',
      '0',
      '0.0.0.0',
      '10.1.2.3',
      '192.168.1.1',
    ],
    ...['169.254.169.254', '0xa9fea9fe', '2852039166', '0251.0376.0251.0376', '①②⑦.0.0.1', '127。0。0。1', '%31%32%37.0.0.1', '127.0.0.1.'],
    ...[
      '[::1]',
      '[::]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[::127.0.0.1]',
      '[64:ff9b::a9fe:a9fe]',
      '[fe80::1]',
      '[fd00::1]',
      '[ff02::1]',
      '[2002:7f00:1::]',
    ],
    ...['metadata.google.internal', 'METADATA.google.internal.', 'metadata', 'instance-data.ec2.internal'],
  ])('http://%s/, however it is written', (host) => {
    expect(() => readTarget(`http://${host}/`, strict)).toThrow();
  });
});

describe('where private addresses are allowed', () => {
  it.each(['http://127.0.0.1:9000/x', 'http://[::1]:8080', 'https://10.0.0.5', 'https://hooks.internal.example.com:8443'])(
    '%p may be posted to',
    (url) => {
      expect(readTarget(url, lax).href).toBe(new URL(url).href);
    },
  );

  it.each([
    'http://169.254.169.254/',
    'http://[fd00:ec2::254]/',
    'http://metadata.google.internal/',
    'http://0.0.0.0/',
    'http://[::ffff:10.0.0.5]/',
    'http://255.255.255.255/',
  ])('%p may not all the same', (url) => {
    expect(() => readTarget(url, lax)).toThrow();
  });
});

it('a port that is listed may be posted to', () => {
  expect(readTarget('https://hooks.example.com:8443', { allowPrivate: false, ports: [8443] }).port).toBe('8443');
  expect(() => readTarget('https://hooks.example.com', { allowPrivate: false, ports: [8443] })).toThrow('its port 443 is none of 8443');
});

it('what is refused is not repeated', () => {
  expect(() => readTarget('https://user:secret@hooks.example.com', strict)).toThrow(
    expect.not.objectContaining({ message: expect.stringContaining('secret') }),
  );
});
