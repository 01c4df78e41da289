/** The smallest machine configuration that is worth starting from, with comments that say what to change. */
import { apiVersion, kind } from './machine-schema.ts';

export type MinimalConfig = {
  readonly type: 'controlplane' | 'worker';
  /** Without one the machine is called what its DHCP server says. */
  readonly hostname: string | undefined;
};

/** The YAML text. The same for the same arguments: nothing in it is secret or random so far. */
export function minimalConfig({ type, hostname }: MinimalConfig): string {
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
`;
}
