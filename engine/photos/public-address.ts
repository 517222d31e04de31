/**
 * Which network addresses are anybody's, and which belong to this machine, its network or nobody: what
 * a program that fetches must know before it connects, or an address would reach what only this
 * machine can reach. The ranges are those of IANA's registries of special-purpose addresses, as
 * `ipaddr.js` has them; what is in none of them is public.
 */
import ipaddr from 'ipaddr.js';

/** Global unicast: all of IPv6 that is given to anybody (RFC 4291, 2.4). */
const globalUnicast = ipaddr.IPv6.parse('2000::');
const globalUnicastBits = 3;
/** How a network without IPv4 writes an IPv4 address (NAT64, RFC 6052): its last four bytes. */
const nat64 = ipaddr.IPv6.parse('64:ff9b::');
const nat64Bits = 96;

/** Whether a numeric IPv4 or IPv6 address is public. What is no such address is not. */
export function isPublicAddress(text: string): boolean {
  // The lenient parser takes octal and shortened numbers, which the system may read otherwise.
  if (ipaddr.IPv4.isValidFourPartDecimal(text))
    return ipaddr.IPv4.parse(text).range() === 'unicast';
  if (!ipaddr.IPv6.isValid(text)) return false;
  const address = ipaddr.IPv6.parse(text);
  if (address.match(nat64, nat64Bits))
    return new ipaddr.IPv4(address.toByteArray().slice(12)).range() === 'unicast';
  return address.match(globalUnicast, globalUnicastBits) && address.range() === 'unicast';
}
