/**
 * Whether a host may be public, judged by its name alone: the name is what a client writes, and nothing can be looked up here. Takes the
 * host as the URL parser gives it, which turns every spelling of an IPv4 address (`0x7f.1`, `2130706433`, full-width digits) into the plain
 * one. Opens no connection.
 *
 * Ranges: IANA's registries of special-purpose addresses (iana-ipv4-special-registry, iana-ipv6-special-registry), and what clouds add.
 */

/** IPv4 networks that are not public. */
const NOT_PUBLIC_IPV4: readonly string[] = [
  '0.0.0.0/8', // this host
  '10.0.0.0/8', // private
  '100.64.0.0/10', // carrier-grade NAT; a cloud keeps its metadata at 100.100.100.200
  '127.0.0.0/8', // loopback
  '168.63.129.16/32', // looks public, but is a cloud's own service to its machines
  '169.254.0.0/16', // link-local; most clouds keep their metadata at 169.254.169.254
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments; another cloud's metadata
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
 * IPv6 networks inside 2000::/3 that are not public. Whatever is outside is refused as well: loopback, mapped IPv4, NAT64 (64:ff9b::),
 * unique local (also a cloud's metadata), link-local, multicast. By the first 32 bits, and how many of them count.
 */
const NOT_PUBLIC_IPV6: readonly (readonly [network: number, bits: number])[] = [
  [0x20010000, 23], // protocol assignments: Teredo, benchmarks, ORCHID
  [0x20010db8, 32], // documentation
  [0x20020000, 16], // 6to4, which holds an IPv4 address
  [0x3fff0000, 20], // documentation
];

/** Last labels that no public name has (RFC 6761, 6762, 8375, 9476 and habit). */
const PRIVATE_ENDINGS = new Set(
  'localhost local localdomain internal intranet private corp home lan arpa svc test invalid onion alt'.split(' '),
);

/** Names of metadata services that end like public ones. */
const METADATA_NAMES = new Set(['metadata.goog', 'metadata.tencentyun.com']);

/** Services whose every name resolves to the address that it spells, or to 127.0.0.1. */
const SPELLING_SERVICES = ['nip.io', 'sslip.io', 'xip.io', 'traefik.me', 'localtest.me', 'lvh.me', 'vcap.me', 'lacolhost.com'];

/** Longest name that DNS has (RFC 1035, without the last dot). */
const MAX_CHARACTERS = 253;

/** Why a host is not public, as the end of a sentence that begins with it; null when nothing is wrong with its name. @param hostname of a `URL`. */
export function nonPublicReason(hostname: string): string | null {
  if (hostname.startsWith('[')) return isPublicIpv6(hostname.slice(1, -1)) ? null : 'is not a public address';
  if (/^[\d.]+$/.test(hostname)) return isPublicIpv4(hostname.split('.').map(Number)) ? null : 'is not a public address';
  return objectionToName(hostname.toLowerCase().replace(/\.$/, ''));
}

function objectionToName(name: string): string | null {
  const labels = name.split('.');
  const isName = labels.length > 1 && !labels.includes('') && name.length <= MAX_CHARACTERS;
  if (!isName || PRIVATE_ENDINGS.has(labels.at(-1) ?? '') || METADATA_NAMES.has(name)) return 'is not a public name';
  // Anybody can point a name at any address; these only say it openly.
  const spelled = [...name.matchAll(/(?<!\d)(?=(\d{1,3})[.-](\d{1,3})[.-](\d{1,3})[.-](\d{1,3})(?!\d))/g)]
    .map(([, ...parts]) => parts.map(Number))
    .filter((parts) => Math.max(...parts) < 256);
  if (!spelled.every(isPublicIpv4)) return 'spells an address that is not public';
  const service = SPELLING_SERVICES.find((ending) => name === ending || name.endsWith(`.${ending}`));
  if (service === undefined) return null;
  // They also read hexadecimal and IPv6; of theirs only what is surely one public address passes.
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

/** The first two groups of eight tell. Where zeros are left out (`::`), what is missing before them is zero. */
function isPublicIpv6(text: string): boolean {
  const [first = 0, second = 0] = (text.split('::')[0] ?? '').split(':').map((group) => Number.parseInt(group === '' ? '0' : group, 16));
  const start = first * 0x10000 + second;
  return isWithin(start, 0x20000000, 3) && !NOT_PUBLIC_IPV6.some(([network, bits]) => isWithin(start, network, bits));
}

/** Whether the first `bits` of two 32-bit numbers are the same. */
const isWithin = (address: number, network: number, bits: number): boolean => (address ^ network) >>> (32 - bits) === 0;
