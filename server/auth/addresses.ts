/**
 * Internet addresses: which proxies are trusted, who the client behind them is, and which addresses are one
 * customer's. Reads no header itself; what it is given may be anything.
 */
import { BlockList, isIP } from 'node:net';

export interface TrustedProxies {
  has(address: string): boolean;
  /** The rightmost address that is not a trusted proxy's: what is further left, the client may have made up. */
  clientOf(peer: string, forwardedFor: string | null): string;
}

/** Takes addresses and CIDR ranges as TRUSTED_PROXIES holds them. */
export function createTrustedProxies(ranges: readonly string[]): TrustedProxies {
  const { has } = createAddressList(ranges);
  return {
    has,
    clientOf(peer, forwardedFor) {
      let client = plainAddress(peer) ?? peer;
      if (ranges.length === 0 || forwardedFor === null || !has(client)) return client;
      for (const entry of forwardedFor.split(',').reverse()) {
        const address = plainAddress(entry.trim());
        // Nothing to the left of what no proxy can have written is believed.
        if (address === undefined) return client;
        client = address;
        if (!has(client)) return client;
      }
      return client;
    },
  };
}

/** Whether an address is among these addresses and CIDR ranges, whichever way it is written. */
export function createAddressList(ranges: readonly string[]): { has(address: string): boolean } {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return {
    has(address) {
      const plain = plainAddress(address);
      const family = plain === undefined ? 0 : isIP(plain);
      return family !== 0 && list.check(plain as string, family === 6 ? 'ipv6' : 'ipv4');
    },
  };
}

/** An address, or a range such as 10.0.0.0/8. */
export function isAddressRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0 || address.includes('%')) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const WITH_PORT = /^(?:\[([^\]]+)\]|(\d+\.\d+\.\d+\.\d+))(?::\d{1,5})?$/;

/** Without port, brackets, zone and the disguise of IPv4 as IPv6; undefined when it is no address. */
export function plainAddress(text: string): string | undefined {
  const parts = WITH_PORT.exec(text);
  const address = (parts?.[1] ?? parts?.[2] ?? text).replace(/%.*$/, '');
  const mapped = MAPPED.exec(address)?.[1];
  if (mapped !== undefined) return isIP(mapped) === 4 ? mapped : undefined;
  return isIP(address) === 0 ? undefined : address;
}

/** What one customer is given as a whole: an IPv4 address, or the first 64 bits of an IPv6 one. */
export function networkOf(address: string): string {
  const plain = plainAddress(address);
  if (plain === undefined || isIP(plain) !== 6) return plain ?? 'unknown';
  const [head = '', tail] = plain.toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const filled = tail === undefined ? left : [...left, ...Array(8 - left.length - right.length).fill('0'), ...right];
  return `${filled
    .slice(0, 4)
    .map((part) => Number.parseInt(part, 16).toString(16))
    .join(':')}::/64`;
}
