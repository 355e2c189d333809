/**
 * Which addresses the server itself may call when a setting names the host. Metadata services of clouds and
 * everything link-local are out always; this machine itself is out unless it is allowed. Asked of the
 * address that is connected to, not of the name, so that a name that changes its mind gains nothing.
 */
import { BlockList, isIP } from 'node:net';

const NEVER = blockList([
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['192.0.0.192', 32],
  ['100.100.100.200', 32],
  ['168.63.129.16', 32],
  ['224.0.0.0', 3],
  ['::', 128],
  ['fe80::', 10],
  ['fec0::', 10],
  ['fd00:ec2::254', 128],
  ['fd20:ce::254', 128],
  ['ff00::', 8],
]);
const LOOPBACK = blockList([
  ['127.0.0.0', 8],
  ['::1', 128],
]);
/** IPv4 in the clothes of IPv6: mapped, compatible, NAT64 and 6to4. */
const MAPPED = /^::(?:ffff:(?:0:)?)?(\d+\.\d+\.\d+\.\d+)$/i;
const TRANSLATED = blockList([
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
]);

/** Why the address must not be called; undefined: it may. */
export function forbiddenAddress(address: string, q: { allowsLoopback: boolean }): string | undefined {
  const plain = MAPPED.exec(address)?.[1] ?? address.replace(/%.*$/, '');
  const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(plain) === 0) return 'it is no address';
  if (NEVER.check(plain, family) || (family === 'ipv6' && TRANSLATED.check(plain, family)))
    return 'it is link-local, a metadata service, or no address of one machine';
  if (!q.allowsLoopback && LOOPBACK.check(plain, family)) return 'it is this machine itself';
  return undefined;
}

function blockList(subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [address, bits] of subnets) list.addSubnet(address, bits, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return list;
}
