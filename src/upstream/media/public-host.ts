/**
 * Decides from a host name alone whether the host may be public; nothing is resolved. The name is the `hostname` of a `URL`: the URL parser
 * converts every spelling of an IPv4 address (`0x7f.1`, `2130706433`, full-width digits) into the plain one.
 *
 * Ranges: IANA's registries of special-purpose addresses (iana-ipv4-special-registry, iana-ipv6-special-registry), and those of clouds.
 */

/** IPv4 networks that are not public. */
const NOT_PUBLIC_IPV4: readonly string[] = [
  '0.0.0.0/8', // this host
  '10.0.0.0/8', // private
  '100.64.0.0/10', // carrier-grade NAT; metadata of a cloud at 100.100.100.200
  '127.0.0.0/8', // loopback
  '168.63.129.16/32', // public range, but internal service of a cloud
  '169.254.0.0/16', // link-local; metadata of most clouds at 169.254.169.254
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments; metadata of a cloud
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast
];

/**
 * IPv6 networks inside 2000::/3 that are not public. Addresses outside it are rejected as well: loopback, mapped IPv4, NAT64 (64:ff9b::),
 * unique local (also metadata of a cloud), link-local, multicast. Given as the first 32 bits and the number of bits that count.
 */
const NOT_PUBLIC_IPV6: readonly (readonly [network: number, bits: number])[] = [
  [0x20010000, 23], // protocol assignments: Teredo, benchmarks, ORCHID
  [0x20010db8, 32], // documentation
  [0x20020000, 16], // 6to4, which holds an IPv4 address
  [0x3fff0000, 20], // documentation
];

/** Last labels that no public name has (RFC 6761, 6762, 8375, 9476, and common use). */
const PRIVATE_ENDINGS = new Set(
  'localhost local localdomain internal intranet private corp home lan arpa svc test invalid onion alt'.split(' '),
);

/** Names of metadata services with a public last label. */
const METADATA_NAMES = new Set(['metadata.goog', 'metadata.tencentyun.com']);

/** DNS services where every name resolves to the address spelled in it, or to 127.0.0.1. */
const SPELLING_SERVICES = ['nip.io', 'sslip.io', 'xip.io', 'traefik.me', 'localtest.me', 'lvh.me', 'vcap.me', 'lacolhost.com'];

/** Longest DNS name (RFC 1035, without the last dot). */
const MAX_CHARACTERS = 253;

/** Returns why a host is not public, to follow its name; null when the name is acceptable. @param hostname of a `URL`. */
export function nonPublicReason(hostname: string): string | null {
  if (hostname.startsWith('[')) return isPublicIpv6(hostname.slice(1, -1)) ? null : 'is not a public address';
  if (/^[\d.]+$/.test(hostname)) return isPublicIpv4(hostname.split('.').map(Number)) ? null : 'is not a public address';
  return nameRejectionReason(hostname.toLowerCase().replace(/\.$/, ''));
}

function nameRejectionReason(name: string): string | null {
  const labels = name.split('.');
  const isName = labels.length > 1 && !labels.includes('') && name.length <= MAX_CHARACTERS;
  if (!isName || PRIVATE_ENDINGS.has(labels.at(-1) ?? '') || METADATA_NAMES.has(name)) return 'is not a public name';
  // Any name can point at any address; these names at least show it.
  const spelled = [...name.matchAll(/(?<!\d)(?=(\d{1,3})[.-](\d{1,3})[.-](\d{1,3})[.-](\d{1,3})(?!\d))/g)]
    .map(([, ...parts]) => parts.map(Number))
    .filter((parts) => Math.max(...parts) < 256);
  if (!spelled.every(isPublicIpv4)) return 'spells an address that is not public';
  const service = SPELLING_SERVICES.find((ending) => name === ending || name.endsWith(`.${ending}`));
  if (service === undefined) return null;
  // Those services also read hexadecimal and IPv6, so only a name that is exactly one public address is accepted.
  const isOneAddress = /^\d+([.-]\d+){3}$/.test(name.slice(0, -service.length - 1));
  return isOneAddress && spelled.length === 1 ? null : 'is a name that may stand for any address';
}

function isPublicIpv4(parts: readonly number[]): boolean {
  const address = toNumber(parts);
  return (
    parts.length === 4 &&
    !NOT_PUBLIC_IPV4.some((network) => {
      const [base = '', bits] = network.split('/');
      return isWithin(address, toNumber(base.split('.').map(Number)), Number(bits));
    })
  );
}

const toNumber = (parts: readonly number[]): number => parts.reduce((sum, part) => sum * 256 + part, 0);

/** Checks the first two groups of eight. Groups omitted with `::` are zero. */
function isPublicIpv6(text: string): boolean {
  const [first = 0, second = 0] = (text.split('::')[0] ?? '').split(':').map((group) => Number.parseInt(group === '' ? '0' : group, 16));
  const start = first * 0x10000 + second;
  return isWithin(start, 0x20000000, 3) && !NOT_PUBLIC_IPV6.some(([network, bits]) => isWithin(start, network, bits));
}

/** True when the first `bits` of two 32-bit numbers are equal. */
const isWithin = (address: number, network: number, bits: number): boolean => (address ^ network) >>> (32 - bits) === 0;
