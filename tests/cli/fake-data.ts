/** What a fake node has: a configuration, a log, and a few resources. */
import { create, type JsonObject } from '@bufbuild/protobuf';
import { type Resource, ResourceSchema } from '../../supervisor/api/generated/eft/v1/state_pb.js';

export const millisecond = 1_000_000n;
/** 2026-11-23T09:00:00Z. */
export const began = 1_795_424_400_000n * millisecond;

export const fixedConfig = `# The machine that is written of in tests.
apiVersion: eft/v1alpha1
kind: MachineConfig
machine:
  type: worker # no pods yet
  network:
    hostname: lab-1
    interfaces:
      - interface: eth0
        dhcp: true
`;

export const fixedLog = [
  { timeNs: began, source: 'network', level: 'info', message: 'eth0 is up', fields: { mtu: '1500' } },
  { timeNs: began + millisecond, source: 'supervisor', level: 'warn', message: 'a clock\nthat jumps' },
  { timeNs: began + 2n * millisecond, source: 'network', level: 'error', message: 'no lease' },
];

export function fixedResources(): Resource[] {
  const link = (index: number, up: boolean): JsonObject => ({
    index,
    kind: 'ethernet',
    hardwareAddress: `02:00:00:00:00:0${index}`,
    mtu: 1500,
    up,
    carrier: up,
    operationalState: up ? 'up' : 'down',
    owned: false,
  });
  return [
    resourceOf('eft:resources/link-status', 'eth0', link(2, true)),
    resourceOf('eft:resources/link-status', 'eth1', link(3, false)),
    resourceOf('eft:resources/link-spec', 'eth0', { up: true, layer: 'default' }),
    resourceOf('eft:resources/boot-phase', 'network', {
      order: 2,
      state: 'done',
      began: '61000000',
      took: '12000000',
      message: 'DHCP',
    }),
    resourceOf('eft:resources/module-status', 'network', {
      state: 'healthy',
      version: '0.3.0',
      restarts: 1,
      message: '',
    }),
    resourceOf('acme:lamp/light', 'desk', { colour: 'red', lumens: 40, wiring: { poles: 2 } }),
  ];
}

export function resourceOf(kind: string, id: string, value: JsonObject, version = 1n): Resource {
  return create(ResourceSchema, {
    kind,
    id,
    version,
    phase: 'running',
    owner: 'network',
    finalizers: [],
    value,
  });
}
