/** What names may be: of links, and of hosts. */

/** IFNAMSIZ of linux/if.h, without the zero. */
const maximumLinkName = 15;

/** Whether the kernel takes the name for a link (net/core/dev.c, dev_valid_name), and it is ASCII. */
export function isLinkName(name: string): bool {
  if (name.length == 0 || name.length > maximumLinkName || name == '.' || name == '..') return false;
  for (let index = 0; index < name.length; ++index) {
    const code = name.charCodeAt(index);
    if (code <= 0x20 || code >= 0x7f || code == 0x2f || code == 0x3a) return false;
  }
  return true;
}

/** A host or domain name by RFC 1123 section 2.1: labels of letters, digits and inner hyphens, up to 63 each. */
export function isHostName(name: string, maximumLength: i32): bool {
  if (name.length == 0 || name.length > maximumLength) return false;
  let labelStart = 0;
  for (let index = 0; index <= name.length; ++index) {
    const code = index < name.length ? name.charCodeAt(index) : 0x2e;
    if (code == 0x2e) {
      const length = index - labelStart;
      if (length == 0 || length > 63) return false;
      if (name.charCodeAt(labelStart) == 0x2d || name.charCodeAt(index - 1) == 0x2d) return false;
      labelStart = index + 1;
      continue;
    }
    const lower = code | 0x20;
    const isLetter = lower >= 0x61 && lower <= 0x7a;
    if (!isLetter && code != 0x2d && !(code >= 0x30 && code <= 0x39)) return false;
  }
  return true;
}
