/**
 * What becomes of each field of the reference system's v1alpha1 document, by its path: `[]` is an entry of a list, `*` any name. A rule
 * for a path holds for everything below it, unless there is a rule for that too.
 */

export type Rule = { readonly to: string } | { readonly later: string } | { readonly none: string };

const kubernetes = 'comes with the modules of Kubernetes';
const certificates = 'comes with the API: its certificates and roles';
const disks = 'comes with the disk module';
const containers = 'comes with containerd';

const bondFields = [
  'interfaces',
  'mode',
  'xmitHashPolicy',
  'lacpRate',
  'miimon',
  'updelay',
  'downdelay',
  'minLinks',
];

/** The same name below the same parent. */
function same(parent: string, fields: readonly string[]): readonly (readonly [string, Rule])[] {
  return fields.map((field) => [`${parent}.${field}`, { to: `${parent}.${field}` }]);
}

const leaseRules = (parent: string): readonly (readonly [string, Rule])[] => [
  [`${parent}.dhcpOptions.routeMetric`, { to: `${parent}.dhcpOptions.routeMetric` }],
  [`${parent}.dhcpOptions.ipv4`, { none: 'DHCP is for IPv4; `dhcp: false` turns it off' }],
  [`${parent}.dhcpOptions`, { none: 'IPv6 addresses come from router advertisements; there is no DHCPv6' }],
  [`${parent}.cidr`, { none: 'write it as an entry of `addresses`' }],
  [`${parent}.vip`, { later: 'comes with the control plane: an address that moves between its nodes' }],
];

const network = 'machine.network';
const link = `${network}.interfaces[]`;

export const rules: ReadonlyMap<string, Rule> = new Map([
  ['version', { none: 'the form of the file is said by `apiVersion` and `kind`' }],
  ['debug', { none: 'what modules log is on the console and in the kernel log anyway' }],
  ['persist', { none: 'a configuration that was accepted is always kept' }],
  ...same('machine', ['type']),
  ...['token', 'ca', 'acceptedCAs', 'certSANs'].map(
    (field) => [`machine.${field}`, { later: certificates }] as const,
  ),
  ...[
    'controlPlane',
    'kubelet',
    'pods',
    'nodeLabels',
    'nodeAnnotations',
    'nodeTaints',
    'seccompProfiles',
  ].map((field) => [`machine.${field}`, { later: kubernetes }] as const),
  ...['disks', 'systemDiskEncryption'].map((field) => [`machine.${field}`, { later: disks }] as const),
  ...['registries', 'baseRuntimeSpecOverrides'].map(
    (field) => [`machine.${field}`, { later: containers }] as const,
  ),
  ['machine.install', { later: 'comes with installing to a disk; so far a node runs from its image' }],
  ['machine.install.extensions', { none: 'modules take the place of extensions' }],
  ['machine.files', { none: 'nothing can be written into the root file system' }],
  ['machine.env', { none: 'no process of Eft is set up by its environment' }],
  ['machine.sysfs', { none: 'there is no way to set files of /sys' }],
  ['machine.udev', { none: 'there is no udev' }],
  ['machine.kernel', { none: 'the kernel has what it needs built in and loads no modules' }],
  ['machine.features', { none: 'there are no features to turn on or off' }],
  ['machine.features.kubePrism', { later: kubernetes }],
  ['machine.features.kubernetesTalosAPIAccess', { later: certificates }],
  ['machine.features.hostDNS', { none: 'name servers are asked directly' }],
  ['machine.logging', { later: 'comes with the API: logs are on the console and in the kernel log so far' }],
  ['machine.time.servers', { to: 'machine.time.servers' }],
  ['machine.time.disabled', { none: 'leave the servers out' }],
  ['machine.time.bootTimeout', { none: 'the boot does not wait for the time' }],
  ['machine.sysctls.*', { to: 'machine.sysctls.*' }],
  ...same(network, ['hostname', 'nameservers', 'searchDomains']),
  ...same(`${network}.extraHostEntries[]`, ['ip', 'aliases']),
  [`${network}.kubespan`, { none: 'there is no mesh of WireGuard links between nodes' }],
  [`${network}.disableSearchDomain`, { none: 'only declared and leased domains are searched' }],
  ...same(link, ['interface', 'addresses', 'mtu', 'dhcp', 'dummy']),
  ...leaseRules(link),
  [`${link}.deviceSelector`, { none: 'links are declared by name' }],
  [`${link}.ignore`, { none: 'a link that is not declared is left alone' }],
  [`${link}.wireguard`, { later: 'comes with WireGuard links in the network module' }],
  [`${link}.bridgePort.master`, { none: 'name the link in `bridge.interfaces` of its bridge' }],
  ...same(`${link}.routes[]`, ['network', 'gateway', 'source', 'metric', 'mtu']),
  ...same(`${link}.bond`, bondFields),
  [`${link}.bond`, { none: 'this option of bonds cannot be set' }],
  ...same(`${link}.bridge`, ['interfaces', 'stp.enabled', 'vlan.vlanFiltering']),
  ...same(`${link}.vlans[]`, ['vlanId', 'addresses', 'mtu', 'dhcp']),
  ...same(`${link}.vlans[].routes[]`, ['network', 'gateway', 'source', 'metric', 'mtu']),
  ...leaseRules(`${link}.vlans[]`),
  ['cluster', { later: kubernetes }],
  ['cluster.discovery', { none: 'nodes find each other by what is declared' }],
  ['cluster.etcd', { later: 'comes with the etcd module' }],
] satisfies readonly (readonly [string, Rule])[]);

/** What becomes of the documents of other kinds that are not read field by field. */
export const documentRules: Readonly<Record<string, Rule>> = {
  ...groupOf({ later: disks }, [
    'VolumeConfig',
    'UserVolumeConfig',
    'RawVolumeConfig',
    'ExistingVolumeConfig',
    'ExternalVolumeConfig',
    'SwapVolumeConfig',
    'ZswapConfig',
    'FilesystemTrimConfig',
    'FilesystemScrubConfig',
    'LVMVolumeGroupConfig',
    'LVMLogicalVolumeConfig',
    'RAIDArrayConfig',
  ]),
  ...groupOf({ later: containers }, [
    'ContainerConfig',
    'CRIBaseRuntimeSpecConfig',
    'CRICustomizationConfig',
    'ImageCacheConfig',
    'RegistryAuthConfig',
    'RegistryMirrorConfig',
    'RegistryTLSConfig',
    'ImageVerificationConfig',
  ]),
  ...groupOf({ later: 'comes with the API' }, ['TrustedRootsConfig', 'EventSinkConfig', 'KmsgLogConfig']),
  ...groupOf({ later: 'comes with installing to a disk' }, ['UnattendedInstallConfig']),
  ...groupOf({ later: 'comes with WireGuard links in the network module' }, ['WireguardConfig']),
  ...groupOf({ later: 'comes with the control plane' }, ['Layer2VIPConfig', 'HCloudVIPConfig']),
  ...groupOf({ later: 'comes with the firewall' }, ['NetworkDefaultActionConfig', 'NetworkRuleConfig']),
  ...groupOf({ none: 'modules take the place of extensions' }, ['ExtensionServiceConfig']),
  ...groupOf({ none: 'the kernel has what it needs built in and loads no modules' }, ['KernelModuleConfig']),
  ...groupOf({ none: 'IPv6 addresses come from router advertisements; there is no DHCPv6' }, [
    'DHCPv6Config',
  ]),
  ...groupOf({ none: 'PID 1 feeds the hardware watchdog without being told' }, ['WatchdogTimerConfig']),
};

function groupOf(rule: Rule, kinds: readonly string[]): Readonly<Record<string, Rule>> {
  return Object.fromEntries(kinds.map((kind) => [kind, rule]));
}

/** What holds for a kind that is in no table: those of Kubernetes come, the others are unknown. */
export function ruleOfKind(kind: string): Rule {
  const rule = Object.hasOwn(documentRules, kind) ? documentRules[kind] : undefined;
  if (rule !== undefined) return rule;
  return kind.startsWith('Kube') && !kind.startsWith('KubeSpan')
    ? { later: kubernetes }
    : { none: 'nothing in Eft does this' };
}
