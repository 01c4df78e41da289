/** Machine configurations that are wrong, each in another way, with what a person is told of it. */

export type WrongConfig = {
  readonly name: string;
  readonly text: string;
  /** The place in the file, as `line:column`; undefined if the file as a whole is refused. */
  readonly place: string | undefined;
  readonly reason: string;
};

/** A right configuration that says nothing. */
export const bareConfig = 'apiVersion: eft/v1alpha1\nkind: MachineConfig\nmachine:\n  type: worker\n';

export const rightConfig = (hostname: string): string =>
  `${bareConfig}  network:\n    hostname: ${hostname}\n`;

export const wrongConfigs: readonly WrongConfig[] = [
  {
    name: 'an unknown key',
    text: `${bareConfig}  network:\n    hostnmae: n1\n`,
    place: '6:5',
    reason: 'there is no field `hostnmae`; did you mean `hostname`?',
  },
  {
    name: 'a value of the wrong type',
    text: `${bareConfig}  network:\n    interfaces: [{ interface: eth0, dhcp: yes }]\n`,
    place: '6:43',
    reason: 'this is text, and `true` or `false` is expected',
  },
  {
    name: 'a field that is there twice',
    text: `${bareConfig}  type: worker\n`,
    place: '5:3',
    reason: 'the field `type` is there twice',
  },
  {
    name: 'an address that is none',
    text: `${bareConfig}  network:\n    interfaces: [{ interface: eth0, addresses: [10.0.0.300/24] }]\n`,
    place: '6:49',
    reason: '`10.0.0.300/24` is not an IP address with its prefix length',
  },
  {
    name: 'a tab',
    text: `${bareConfig}\tnetwork: {}\n`,
    place: '5:1',
    reason: 'Tabs are not allowed as indentation',
  },
  {
    name: 'an alias bomb',
    text: `${bareConfig}  network: &a [x, x]\n  b: &b [*a, *a]\n  c: [*b, *b]\n`,
    place: '5:15',
    reason: 'uses an anchor, which Eft does not read in YAML',
  },
  {
    name: 'ten megabytes',
    text: `${bareConfig}  network:\n    hostname: n1\n${`#${'x'.repeat(99)}\n`.repeat(104_000)}`,
    place: undefined,
    reason: 'bytes',
  },
];
