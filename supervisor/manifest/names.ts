/** What the names in manifests and trust policies look like. */
import type { NameForm } from '../document/document.ts';

// Explainer.md of the component model, `label`: words of one case, joined by single hyphens.
const label = '[a-z][a-z0-9]*(?:-[a-z0-9]+)*';
const interfaceName = `${label}:${label}/${label}`;
// https://semver.org, version 2.0.0: numbers without leading zeros; pre-release and build identifiers.
const number = '(?:0|[1-9][0-9]*)';
const preReleasePart = '(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)';
const semanticVersion =
  `${number}\\.${number}\\.${number}` +
  `(?:-${preReleasePart}(?:\\.${preReleasePart})*)?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?`;

/** The name of a module: a DNS label (RFC 1123), so that it can be a file name, a cgroup and a resource id. */
export const moduleName: NameForm = {
  pattern: new RegExp(`^${label}$`),
  limit: 63,
  expected: 'a module name',
  form: 'lower-case words of letters and digits, joined by single hyphens, at most 63 characters: `network`',
};

export const version: NameForm = {
  pattern: new RegExp(`^${semanticVersion}$`),
  limit: 64,
  expected: 'a semantic version',
  form: 'a version such as `1.4.0` or `2.0.0-rc.1` (semver.org), at most 64 characters',
};

export const worldName: NameForm = {
  pattern: new RegExp(`^${interfaceName}@${semanticVersion}$`),
  limit: 192,
  expected: 'the full name of a world',
  form: 'package, world and version, such as `eft:health/health@0.1.0`',
};

/** An interface without its version: a grant or a kind holds for every version that the host can serve. */
export const unversionedInterface: NameForm = {
  pattern: new RegExp(`^${interfaceName}$`),
  limit: 128,
  expected: 'the name of an interface without a version',
  form: 'package and interface, such as `eft:host/log`',
};

/** A module name, or `*` for every one. */
export const modulePattern: NameForm = {
  pattern: new RegExp(`^(?:\\*|${label})$`),
  limit: 63,
  expected: 'a module name or `*`',
  form: 'the exact name of a module, such as `network`, or `*` for all',
};

/** The name of an interface, or `*` for every one. */
export const capabilityPattern: NameForm = {
  pattern: new RegExp(`^(?:\\*|${interfaceName})$`),
  limit: 128,
  expected: 'the name of an interface or `*`',
  form: 'the exact name of an interface, such as `eft:host/netlink`, or `*` for all',
};

/** The name of a granted directory: the first part of the paths that a module uses. */
export const directoryName: NameForm = {
  pattern: new RegExp(`^${label}$`),
  limit: 63,
  expected: 'the name of a directory',
  form: 'lower-case words of letters and digits, joined by single hyphens: `state`',
};

/** An absolute path in its plainest form. `/` itself is not one: nobody is granted everything. */
export const absolutePath: NameForm = {
  pattern: /^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._@+-]+)+$/,
  limit: 255,
  expected: 'an absolute path in its plainest form',
  form: 'a path such as `/var/lib/etcd`: no `.`, `..` or empty part, no `/` at the end, not `/` itself',
};

/** A link, or several: a name (`linux/if.h`, IFNAMSIZ), the beginning of names before `*`, or `*` for every one. */
export const linkPattern: NameForm = {
  pattern: /^(?:\*|(?!\.{1,2}$)[A-Za-z0-9._@-]{1,15}|[A-Za-z0-9._@-]{1,14}\*)$/,
  limit: 15,
  expected: 'a link or a pattern of links',
  form: "the name of a link, at most 15 characters, the beginning of names with `*` after it, or `*` for all: `'eth*'`",
};

/** A setting below /proc/sys, where the part `*` stands for any one part. */
export const sysctlPattern: NameForm = {
  pattern:
    /^(?:\*|(?!\.{1,2}(?:\/|$))[A-Za-z0-9._@-]+)(?:\/(?:\*|(?!\.{1,2}(?:\/|$))[A-Za-z0-9._@-]+)){1,9}$/,
  limit: 255,
  expected: 'the name of a sysctl',
  form: 'its parts with `/` between, where `*` is any one part: `net/ipv6/conf/*/accept_ra`',
};

/** `eft:host/log` for `eft:host/log@0.1.0`. */
export function withoutVersion(interfaceOrWorld: string): string {
  const at = interfaceOrWorld.indexOf('@');
  return at === -1 ? interfaceOrWorld : interfaceOrWorld.slice(0, at);
}
