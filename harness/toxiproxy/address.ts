/**
 * Addresses as Toxiproxy writes them (`host:port`), with its error texts, and the one rule it does
 * not have: proxies listen on loopback only, or on a network that the harness made itself.
 */
import { lookup } from 'node:dns/promises';
import { isIP, isIPv6 } from 'node:net';

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** An address that cannot be used; the message is what the API answers. */
export class AddressError extends Error {
  override readonly name = 'AddressError';
}

/** Splits and checks `host:port`. Throws {@link AddressError}; an empty host stays empty. */
export function parseAddress(address: string): HostPort {
  const colon = address.lastIndexOf(':');
  if (colon < 0) throw new AddressError(`address ${address}: missing port in address`);
  const host = parseHost(address, address.slice(0, colon));
  const portText = address.slice(colon + 1);
  if (portText !== '' && !/^-?\d+$/.test(portText)) {
    throw new AddressError(`lookup tcp/${portText}: unknown port`);
  }
  const port = Number(portText);
  if (port < 0 || port > 65_535) throw new AddressError(`address ${portText}: invalid port`);
  return { host, port };
}

/**
 * Resolves a listen address to a loopback address, or to `gateway`, this machine's address in a
 * private network of the harness; an empty host means 127.0.0.1.
 */
export async function resolveListen(
  address: string,
  gateway: string | null = null,
): Promise<HostPort> {
  // Toxiproxy treats a missing listen address as any port.
  if (address === '') return { host: '127.0.0.1', port: 0 };
  const { host, port } = parseAddress(address);
  const ip = await resolveHost(host);
  if (!isLoopback(ip) && ip !== gateway) {
    throw new AddressError(
      `${formatAddress({ host: ip, port })} is not a loopback address: listen on 127.0.0.1 or ::1`,
    );
  }
  return { host: ip, port };
}

/** `host:port`, with brackets around an IPv6 host. */
export function formatAddress({ host, port }: HostPort): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

function parseHost(address: string, text: string): string {
  if (text.startsWith('[') && text.endsWith(']')) return text.slice(1, -1);
  if (text.includes(':')) throw new AddressError(`address ${address}: too many colons in address`);
  return text;
}

async function resolveHost(host: string): Promise<string> {
  if (host === '' || host === 'localhost') return '127.0.0.1';
  if (isIP(host) !== 0) return host;
  try {
    return (await lookup(host, { order: 'ipv4first' })).address;
  } catch (error) {
    throw new AddressError(`lookup ${host}: no such host`, { cause: error });
  }
}

function isLoopback(ip: string): boolean {
  return ip === '::1' || ip.startsWith('127.') || ip.startsWith('::ffff:127.');
}
