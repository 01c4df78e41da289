/** The address families, with the numbers of the kernel (linux/socket.h). */
export enum Family {
  Ipv4 = 2,
  Ipv6 = 10,
}

/** `ipv4` or `ipv6`. */
export function familyName(family: Family): string {
  return family == Family.Ipv4 ? 'ipv4' : 'ipv6';
}
