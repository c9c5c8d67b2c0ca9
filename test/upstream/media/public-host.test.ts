/** Which hosts may be public, by properties: random addresses in every spelling, against the address ranges as node:net sees them. */
import * as fc from 'fast-check';
import { BlockList } from 'node:net';
import { describe, expect, it } from 'vitest';
import { nonPublicReason } from '../../../src/upstream/media/public-host.ts';

/** The ranges once more, by another hand: first address, last address. */
const RANGES: readonly (readonly [first: string, last: string])[] = [
  ['0.0.0.0', '0.255.255.255'],
  ['10.0.0.0', '10.255.255.255'],
  ['100.64.0.0', '100.127.255.255'],
  ['127.0.0.0', '127.255.255.255'],
  ['168.63.129.16', '168.63.129.16'],
  ['169.254.0.0', '169.254.255.255'],
  ['172.16.0.0', '172.31.255.255'],
  ['192.0.0.0', '192.0.0.255'],
  ['192.0.2.0', '192.0.2.255'],
  ['192.88.99.0', '192.88.99.255'],
  ['192.168.0.0', '192.168.255.255'],
  ['198.18.0.0', '198.19.255.255'],
  ['198.51.100.0', '198.51.100.255'],
  ['203.0.113.0', '203.0.113.255'],
  ['224.0.0.0', '255.255.255.255'],
];

const notPublic = new BlockList();
for (const [first, last] of RANGES) notPublic.addRange(first, last);

const notPublic6 = new BlockList();
notPublic6.addRange('2001::', '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff', 'ipv6');
notPublic6.addRange('2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', 'ipv6');
notPublic6.addRange('2002::', '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'ipv6');
notPublic6.addRange('3fff::', '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff', 'ipv6');
notPublic6.addRange('::', '1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'ipv6');
notPublic6.addRange('4000::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'ipv6');

const dotted = (address: number) => [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
const toNumber = (address: string) => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const objection = (host: string) => nonPublicReason(new URL(`http://${host}/`).hostname);

const anyIpv4 = fc.nat({ max: 0xffffffff }).map(dotted);
const privateIpv4 = fc
  .constantFrom(...RANGES)
  .chain(([first, last]) => fc.integer({ min: toNumber(first), max: toNumber(last) }))
  .map(dotted);

/** Ways to write an IPv4 address that a URL parser understands. */
const SPELLINGS: Readonly<Record<string, (address: string) => string>> = {
  plain: (address) => address,
  'with a last dot': (address) => `${address}.`,
  'one number': (address) => String(toNumber(address)),
  'one hexadecimal number': (address) => `0x${toNumber(address).toString(16)}`,
  'one octal number': (address) => `0${toNumber(address).toString(8)}`,
  'hexadecimal parts': (address) =>
    address
      .split('.')
      .map((part) => `0X${Number(part).toString(16)}`)
      .join('.'),
  'octal parts': (address) =>
    address
      .split('.')
      .map((part) => `0${Number(part).toString(8)}`)
      .join('.'),
  'two parts': (address) => `${address.split('.')[0]}.${toNumber(address) & 0xffffff}`,
  'three parts': (address) => `${address.split('.').slice(0, 2).join('.')}.${toNumber(address) & 0xffff}`,
  'full-width digits': (address) => address.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
  'ideographic full stops': (address) => address.replaceAll('.', '。'),
  'percent signs': (address) => address.replace(/\d/g, (digit) => `%3${digit}`),
};

describe('nonPublicReason of an IPv4 address', () => {
  it('follows the registry', () => {
    const property = (address: string) => {
      expect(objection(address) === null).toBe(!notPublic.check(address));
    };
    fc.assert(fc.property(fc.oneof(anyIpv4, privateIpv4), property), { numRuns: 2000 });
  });

  it('is exact at the borders of ranges', () => {
    for (const [first, last] of RANGES) {
      for (const address of [toNumber(first) - 1, toNumber(first), toNumber(last), toNumber(last) + 1]) {
        if (address < 0 || address > 0xffffffff) continue;
        expect([dotted(address), objection(dotted(address)) === null]).toEqual([dotted(address), !notPublic.check(dotted(address))]);
      }
    }
  });

  it.each(Object.keys(SPELLINGS))('rejects an address that is not public in any spelling: %s', (name) => {
    const spell = SPELLINGS[name] ?? String;
    fc.assert(
      fc.property(privateIpv4, (address) => {
        expect(objection(spell(address))).toBe('is not a public address');
      }),
    );
  });

  it('accepts a public address in every spelling', () => {
    const publicIpv4 = anyIpv4.filter((address) => !notPublic.check(address));
    fc.assert(
      fc.property(publicIpv4, fc.constantFrom(...Object.values(SPELLINGS)), (address, spell) => {
        expect(objection(spell(address))).toBeNull();
      }),
    );
  });
});

const group = fc.nat({ max: 0xffff });
const anyIpv6 = fc
  .tuple(
    fc.oneof(group, fc.constantFrom(0, 0x2001, 0x2002, 0x3fff, 0x2606)),
    fc.oneof(group, fc.constantFrom(0, 0x1ff, 0x200, 0xdb8, 0xfff)),
    fc.array(fc.oneof(fc.constant(0), group), { minLength: 6, maxLength: 6 }),
  )
  .map(([first, second, more]) => [first, second, ...more].map((part) => part.toString(16)).join(':'));

describe('nonPublicReason of an IPv6 address', () => {
  it('follows the registry', () => {
    const property = (address: string) => {
      expect(objection(`[${address}]`) === null).toBe(!notPublic6.check(address, 'ipv6'));
    };
    fc.assert(fc.property(anyIpv6, property), { numRuns: 2000 });
  });

  it('rejects an address that contains an IPv4 address', () => {
    const hex = (address: string) => [toNumber(address) >>> 16, toNumber(address) & 0xffff].map((part) => part.toString(16)).join(':');
    const property = (address: string) => {
      for (const host of [
        `::ffff:${address}`,
        `::${address}`,
        `::ffff:0:${address}`,
        `64:ff9b::${address}`,
        `64:ff9b:1::${address}`,
        `2002:${hex(address)}::1`,
        `2001:0:1:2:3:4:${hex(address)}`,
      ]) {
        expect(objection(`[${host}]`)).toBe('is not a public address');
      }
    };
    fc.assert(fc.property(anyIpv4, property));
  });
});

describe('nonPublicReason of a name', () => {
  it('rejects a name that spells an address that is not public', () => {
    const separator = fc.constantFrom('.', '-');
    const property = (address: string, between: string, before: string, after: string) => {
      expect(objection(`${before}${address.replaceAll('.', between)}${after}`)).not.toBeNull();
    };
    fc.assert(
      fc.property(
        privateIpv4,
        separator,
        fc.constantFrom('', 'www.', 'app-', 'a1-'),
        fc.constantFrom('.nip.io', '.sslip.io', '-x.example.com', '.dns.example'),
        property,
      ),
    );
  });

  it.each([
    'example.com',
    'EXAMPLE.com.',
    'a.b.example.co.uk',
    'xn--bcher-kva.example',
    'bücher.example',
    'deadbeef.pages.dev',
    '0a000001.pages.dev',
    'ec2-54-12-3-4.compute-1.amazonaws.com',
    'v1-2-3.example.com',
    '93.184.216.34.nip.io',
    '93-184-216-34.sslip.io',
    'localhost.example.com',
    'local.com',
    'internal-images.example.com',
    'notnip.io',
    `${'a.'.repeat(126)}a`,
  ])('accepts %s', (name) => {
    expect(objection(name)).toBeNull();
  });

  it.each([
    'localhost',
    'LOCALHOST.',
    'a.localhost',
    'printer.local',
    'host.docker.internal',
    'metadata.google.internal',
    'metadata.google.internal.',
    'metadata.goog',
    'metadata.tencentyun.com',
    'nas.home.arpa',
    '1.0.0.127.in-addr.arpa',
    'router.lan',
    'db',
    'intranet',
    'kubernetes.default.svc',
    'kubernetes.default.svc.cluster.local',
    'a..example.com',
    'example.com..',
    '.example.com',
    'hidden.onion',
    `${'a.'.repeat(126)}ab`,
  ])('rejects %s as not public', (name) => {
    expect(objection(name)).toBe('is not a public name');
  });

  it.each([
    '7f000001.nip.io',
    'nip.io',
    '--1.sslip.io',
    'fe80--1.sslip.io',
    'app.93.184.216.34.nip.io',
    '999.1.2.3.nip.io',
    'www.localtest.me',
    'lvh.me',
  ])('rejects %s, which may resolve to any address', (name) => {
    expect(objection(name)).toBe('is a name that may stand for any address');
  });
});
