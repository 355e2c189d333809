import { describe, expect, test } from 'vitest';
import { createTrustedProxies, networkOf, plainAddress } from '../../../server/auth/addresses.ts';

describe('the client behind proxies', () => {
  const proxies = createTrustedProxies(['10.0.0.0/8', '2001:db8::/32', '192.0.2.7']);

  test.each([
    ['10.0.0.1', '203.0.113.5', '203.0.113.5'],
    ['10.0.0.1', '1.2.3.4, 203.0.113.5', '203.0.113.5'],
    ['10.0.0.1', '1.2.3.4, 203.0.113.5, 10.9.9.9', '203.0.113.5'],
    ['::ffff:10.0.0.1', '203.0.113.5:4711', '203.0.113.5'],
    ['2001:db8::1', '[2001:4860::1]:443', '2001:4860::1'],
    ['10.0.0.1', '203.0.113.5, nonsense', '10.0.0.1'],
    ['10.0.0.1', '203.0.113.5, ', '10.0.0.1'],
    ['10.0.0.1', '10.0.0.2', '10.0.0.2'],
    ['10.0.0.1', null, '10.0.0.1'],
    ['203.0.113.9', '10.0.0.1', '203.0.113.9'],
    ['192.0.2.8', '1.2.3.4', '192.0.2.8'],
    ['', '1.2.3.4', ''],
  ])('%s says %s: %s', (peer, forwarded, client) => {
    expect(proxies.clientOf(peer, forwarded)).toBe(client);
  });
});

test.each([
  ['203.0.113.5', '203.0.113.5'],
  ['::ffff:203.0.113.5', '203.0.113.5'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['nonsense', 'unknown'],
])('the network of %s is %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

test.each(['1.2.3', '1.2.3.4.5', '::ffff:999.1.1.1', 'localhost', '[::1', ''])('%j is no address', (text) => {
  expect(plainAddress(text)).toBeUndefined();
});
