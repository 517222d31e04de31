import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPublicAddress } from '../../../engine/photos/public-address.ts';

/** First and last address of every range that is not public, and a public one beside it. */
const ranges: [what: string, first: string, last: string, beside: string][] = [
  ['this network', '0.0.0.0', '0.255.255.255', '1.0.0.0'],
  ['private', '10.0.0.0', '10.255.255.255', '11.0.0.0'],
  ['carrier-grade NAT', '100.64.0.0', '100.127.255.255', '100.128.0.0'],
  ['loopback', '127.0.0.0', '127.255.255.255', '128.0.0.0'],
  ['link-local, metadata of clouds', '169.254.0.0', '169.254.255.255', '169.255.0.0'],
  ['private', '172.16.0.0', '172.31.255.255', '172.32.0.0'],
  ['protocols', '192.0.0.0', '192.0.0.255', '192.0.1.0'],
  ['documentation', '192.0.2.0', '192.0.2.255', '192.0.3.0'],
  ['private', '192.168.0.0', '192.168.255.255', '192.169.0.0'],
  ['benchmarks', '198.18.0.0', '198.19.255.255', '198.20.0.0'],
  ['multicast', '224.0.0.0', '239.255.255.255', '223.255.255.255'],
  ['reserved and broadcast', '240.0.0.0', '255.255.255.255', '223.0.0.0'],
];

const numberOf = (address: string): number =>
  address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const addressOf = (number: number): string =>
  [24, 16, 8, 0].map((bits) => Math.floor(number / 2 ** bits) % 256).join('.');
const hexOf = (number: number): string =>
  `${Math.floor(number / 65536).toString(16)}:${(number % 65536).toString(16)}`;

describe.each(ranges)('%s, %s to %s', (_what, first, last, beside) => {
  const inside = fc.integer({ min: numberOf(first), max: numberOf(last) });

  test('is not public, from the first address to the last, in IPv4 and as IPv6 writes it', () => {
    for (const edge of [first, last]) expect(isPublicAddress(edge)).toBe(false);
    fc.assert(
      fc.property(inside, (number) => {
        const address = addressOf(number);
        for (const written of [address, `::ffff:${address}`, `64:ff9b::${address}`, `::${address}`])
          expect(isPublicAddress(written), written).toBe(false);
        expect(isPublicAddress(`64:ff9b::${hexOf(number)}`)).toBe(false);
        expect(isPublicAddress(`::ffff:${hexOf(number)}`)).toBe(false);
        expect(isPublicAddress(`2002:${hexOf(number)}::1`)).toBe(false);
      }),
    );
  });

  test('ends where the public ones begin', () => {
    expect(isPublicAddress(beside)).toBe(true);
    expect(isPublicAddress(`64:ff9b::${beside}`)).toBe(true);
  });
});

test.each([
  ['unspecified', '::'],
  ['loopback', '::1'],
  ['loopback in full', '0:0:0:0:0:0:0:1'],
  ['IPv4 in the outdated way', '::127.0.0.1'],
  ['local NAT64', '64:ff9b:1::7f00:1'],
  ['discarded', '100::1'],
  ['Teredo', '2001::1'],
  ['documentation', '2001:db8::1'],
  ['6to4', '2002:7f00:1::'],
  ['unique local', 'fc00::1'],
  ['unique local', 'fdff:ffff::1'],
  ['link-local', 'fe80::1'],
  ['link-local of a network card', 'fe80::1%eth0'],
  ['site-local', 'fec0::1'],
  ['multicast', 'ff02::1'],
  ['given to nobody', '4000::1'],
  ['nothing', ''],
  ['a name', 'localhost'],
  ['shortened', '127.1'],
  ['octal', '0177.0.0.1'],
  ['octal that would be public', '010.010.010.010'],
  ['one number', '2130706433'],
  ['in brackets', '[::1]'],
])('%s (%s) is not public', (_what, address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each(['1.1.1.1', '93.184.216.34', '2606:4700:4700::1111', '2a00:1450:4001:80b::200e'])(
  '%s is public',
  (address) => {
    expect(isPublicAddress(address)).toBe(true);
  },
);
