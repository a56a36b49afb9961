import { expect, it } from '@jest/globals';
import { isPublicUrl } from './public-url.ts';

it.each([
  ...['https://house.example.com/x', 'https://house.example.com:8443/x', 'https://93.184.216.34/', 'https://[2606:2800:220:1::1]/'],
])('%s may be fetched from outside', (url) => {
  expect(isPublicUrl(url)).toBe(true);
});

it.each([
  ...['http://house.example.com/', 'https://localhost/', 'https://house/', 'https://house.local/', 'https://house.internal./', 'nothing'],
  ...['https://127.0.0.1/', 'https://10.1.2.3/', 'https://2130706433/', 'https://[::1]/', 'https://[fd00::1]/', 'https://169.254.169.254/'],
])('%s may not', (url) => {
  expect(isPublicUrl(url)).toBe(false);
});
