/** The smallest machine configuration that is worth starting from, with comments that say what to change. */
import { apiVersion, kind } from './machine-schema.ts';

export type MinimalConfig = {
  readonly type: 'controlplane' | 'worker';
  /** Without one the machine is called what its DHCP server says. */
  readonly hostname: string | undefined;
  /** Certificate and key of the authority of its API, in PEM. Without one the machine has no API. */
  readonly authority?: { readonly certificate: string; readonly key: string };
  /** Names and addresses by which its API is reached, besides its own. */
  readonly names?: readonly string[];
};

/** The YAML text. The same for the same arguments; it is a secret if an authority is in it. */
export function minimalConfig({ type, hostname, authority, names = [] }: MinimalConfig): string {
  const name =
    hostname === undefined
      ? '    # The name of the machine. Without one it is what the DHCP server says.\n    # hostname: worker-1\n'
      : `    # The name of the machine, without its domain.\n    hostname: ${hostname}\n`;
  return `# The configuration of one machine. Every field: docs/reference/config.md
# Check it with \`eft config validate FILE\`.
apiVersion: ${apiVersion}
kind: ${kind}
machine:
  # What the machine is for: controlplane or worker.
  type: ${type}
  network:
${name}    # domain: cluster.example.org
    interfaces:
      # One entry a link. With DHCP, address, routes and name servers come from the network.
      - interface: eth0
        dhcp: true
      # Without it they are written here:
      # - interface: eth1
      #   addresses: [10.0.0.5/24]
      #   routes: [{ network: 0.0.0.0/0, gateway: 10.0.0.1 }]
    # nameservers: [10.0.0.2]
  # Settings of the kernel, besides those that every node has.
  # sysctls: { net.core.somaxconn: 4096 }
  # Settings of modules, by name: less authority, or none.
  # modules: { network: { disabled: true } }
${authority === undefined ? withoutAuthority : withAuthority(authority)}${apiNames(names)}`;
}

const withoutAuthority = `  # The authority of the API. Without one the machine has no API: \`eft config gen\` makes one unless it is told not to.
  # ca: { crt: …, key: … }
`;

function withAuthority({ certificate, key }: { readonly certificate: string; readonly key: string }): string {
  const block = (text: string): string => text.trimEnd().replaceAll('\n', '\n      ');
  return `  # The authority of the API: whoever has its key can issue certificates that open every machine with it.
  ca:
    crt: |
      ${block(certificate)}
    key: |
      ${block(key)}
`;
}

function apiNames(names: readonly string[]): string {
  if (names.length === 0) {
    return '  # Names and addresses by which the API is reached, besides its own, such as those of a load balancer.\n  # api: { names: [] }\n';
  }
  return `  # Names and addresses by which the API is reached, besides its own.\n  api:\n    names: [${names.map((name) => JSON.stringify(name)).join(', ')}]\n`;
}
