/** What the names and addresses of a machine configuration look like. */
import type { NameForm } from '../document/document.ts';

const octet = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const ipv4 = `(?:${octet}\\.){3}${octet}`;
const group = '[0-9A-Fa-f]{1,4}';
/** RFC 4291 section 2.2, forms 1 and 2: eight groups, or fewer with `::` for the missing ones. No zone, no IPv4 within. */
const ipv6 = [
  `(?:${group}:){7}${group}`,
  `(?:${group}:){1,7}:`,
  `(?:${group}:){1,6}:${group}`,
  `(?:${group}:){1,5}(?::${group}){1,2}`,
  `(?:${group}:){1,4}(?::${group}){1,3}`,
  `(?:${group}:){1,3}(?::${group}){1,4}`,
  `(?:${group}:){1,2}(?::${group}){1,5}`,
  `${group}:(?::${group}){1,6}`,
  `:(?::${group}){1,7}`,
  '::',
].join('|');
const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const domain = `${label}(?:\\.${label})*`;
const octetPair = '[0-9A-Fa-f]{2}';

/** Whether an address or a prefix is of IPv6; what has no colon is of IPv4. */
export function isIpv6(addressOrPrefix: string): boolean {
  return addressOrPrefix.includes(':');
}

export const address: NameForm = {
  pattern: new RegExp(`^(?:${ipv4}|${ipv6})$`),
  limit: 39,
  expected: 'an IP address',
  form: 'an address without a prefix length: `10.0.0.1`, `fd00::1`',
};

export const addressWithPrefix: NameForm = {
  pattern: new RegExp(`^(?:${ipv4}/(?:3[0-2]|[12]?[0-9])|(?:${ipv6})/(?:12[0-8]|1[01][0-9]|[1-9]?[0-9]))$`),
  limit: 43,
  expected: 'an IP address with its prefix length',
  form: 'address and prefix length: `10.0.0.1/24`, `fd00::1/64`',
};

export const prefix: NameForm = {
  ...addressWithPrefix,
  expected: 'a network',
  form: 'a network with its prefix length: `10.0.0.0/8`, `::/0`',
};

/** RFC 1123: the first label of the machine's name. In lower case, as Kubernetes wants node names. */
export const hostName: NameForm = {
  pattern: new RegExp(`^${label}$`),
  limit: 63,
  expected: 'a host name',
  form: 'lower-case letters, digits and hyphens, at most 63, without the domain: `worker-1`',
};

export const domainName: NameForm = {
  pattern: new RegExp(`^${domain}$`),
  limit: 253,
  expected: 'a domain name',
  form: 'labels of lower-case letters, digits and hyphens with dots between: `cluster.example.org`',
};

/** A server by name or address. */
export const server: NameForm = {
  pattern: new RegExp(`^(?:${ipv4}|${ipv6}|${domain})$`),
  limit: 253,
  expected: 'a server by name or address',
  form: 'a domain name or an IP address: `time.example.org`, `10.0.0.1`',
};

/** linux/if.h: IFNAMSIZ is 16 with the end. `/`, spaces and `:` are refused by the kernel, `%` would be filled in by it. */
export const linkName: NameForm = {
  pattern: /^(?!\.{1,2}$)[A-Za-z0-9._@-]{1,15}$/,
  limit: 15,
  expected: 'the name of a link',
  form: 'letters, digits, `.`, `_`, `@` and `-`, at most 15 characters: `eth0`',
};

/** An IEEE 802 address, EUI-48. */
export const hardwareAddress: NameForm = {
  pattern: new RegExp(`^${octetPair}(?::${octetPair}){5}$`),
  limit: 17,
  expected: 'a hardware address',
  form: 'six bytes in hexadecimal with `:` between: `52:54:00:12:34:56`',
};

/** RFC 8415 section 11: a type and 1 to 128 bytes. */
export const duid: NameForm = {
  pattern: new RegExp(`^${octetPair}(?::?${octetPair}){2,129}$`),
  limit: 389,
  expected: 'a DUID',
  form: '3 to 130 bytes in hexadecimal: `00:03:00:01:52:54:00:12:34:56` (RFC 8415 section 11)',
};
