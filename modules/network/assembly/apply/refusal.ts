/** The kernel's refusals, for the person who wrote the configuration. */
import * as rt from '../netlink/numbers';

/** Why the kernel does not do it, and what would help. `sentence` is the kernel's own, if it gave one. */
export function refusal(errno: i32, sentence: string, isRemoval: bool): string {
  const verb = isRemoval ? 'the kernel does not remove it: ' : 'the kernel refuses it: ';
  const own = sentence.length > 0 ? ' (it says: ' + sentence + ')' : '';
  return verb + meaning(errno) + own;
}

function meaning(errno: i32): string {
  switch (errno) {
    case rt.EPERM:
      return 'it is not permitted here. In a container or namespace, some things belong to the host';
    case rt.EACCES:
      return 'it is not allowed on this link. For an IPv6 address, see that IPv6 is not switched off there';
    case rt.EBUSY:
      return 'something else uses it. Take it out of what holds it first';
    case rt.EEXIST:
      return 'there is one like it already that is not ours. Remove that one, or take this out of the configuration';
    case rt.ENODEV:
      return 'the link is gone';
    case rt.EINVAL:
      return 'the values do not go together. Check them against the kind of link or route';
    case rt.EOPNOTSUPP:
      return 'this kernel or this link does not have that feature';
    case rt.ENETDOWN:
      return 'the link is down';
    case rt.ENETUNREACH:
    case rt.EHOSTUNREACH:
      return 'its gateway cannot be reached from any address of the link. Declare an address in the gateway’s network, or `on-link`';
    case rt.EADDRNOTAVAIL:
      return 'its address is not on this machine';
    default:
      return 'error ' + errno.toString();
  }
}
