import ipaddr from 'ipaddr.js';

/** Why an address is not one to send to, or null when it is. */
export type Objection = string | null;

/** Reached from inside a network; a person may allow them, for a receiver on the same machine or in the same house. */
const PRIVATE: Readonly<Record<string, string>> = {
  loopback: 'is of this machine (loopback)',
  private: 'is private (RFC 1918)',
  linkLocal: 'is link-local',
  uniqueLocal: 'is private (RFC 4193)',
  carrierGradeNat: 'is shared behind a carrier (RFC 6598)',
  deprecatedSiteLocal: 'is private (site-local)',
};

/** Where clouds tell a machine its own credentials and settings: never a receiver, whatever is allowed. */
const METADATA = new Set([
  '169.254.169.254', // nearly all of them
  'fd00:ec2::254', // Amazon EC2
  '169.254.170.2', // Amazon ECS
  '169.254.170.23', // Amazon EKS
  'fd00:ec2::23',
  'fd20:ce::254', // Google
  '100.100.100.200', // Alibaba
  '168.63.129.16', // Azure: its range says "unicast", as of any open address
]);

/** The part of IPv6 that is given out for the open network (RFC 4291, 2.4; IANA). */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * What speaks against sending to an IP address. Only global unicast is sent to: what carries another address within it
 * (IPv4-mapped, NAT64, 6to4, Teredo) could lead anywhere.
 * @param allowPrivate lets private, loopback and link-local addresses pass
 */
export function objectionTo(address: string, allowPrivate: boolean): Objection {
  if (!ipaddr.isValid(address)) return 'is no IP address';
  const given = ipaddr.parse(address);
  const isMapped = given instanceof ipaddr.IPv6 && given.range() === 'ipv4Mapped' && given.isIPv4MappedAddress();
  if (isMapped && !allowPrivate) return 'carries an IPv4 address within it';
  const ip = isMapped ? given.toIPv4Address() : given;
  if (METADATA.has(ip.toString())) return 'is where clouds keep the credentials of a machine';
  const range: string = ip.range();
  const reason = PRIVATE[range];
  if (reason !== undefined) return allowPrivate ? null : reason;
  if (range !== 'unicast') return `is not one of the open network (${range})`;
  if (ip instanceof ipaddr.IPv6 && !ip.match(GLOBAL_UNICAST)) return 'is not one of the open network';
  return null;
}
