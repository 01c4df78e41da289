import { type ComponentSurface, checkAuthority } from '../../supervisor/manifest/authority.ts';
import { type Manifest, readManifestYaml } from '../../supervisor/manifest/manifest.ts';
import { attachManifest } from '../../supervisor/trust/module-file.ts';
import type { Fixture } from './fixture.ts';
import { buildComponent } from './small-component.ts';
import { smallComponent, smallManifest, smallManifestYaml } from './small-module.ts';

function manifestWith(part: string, replacement: string): () => unknown {
  if (!smallManifestYaml.includes(part)) throw new Error(`the manifest has no ${part}`);
  return () => readManifestYaml(smallManifestYaml.replace(part, replacement), 'module.yaml');
}

/** Makes a module of the small component and its manifest, one of them changed. */
function moduleOf(
  change: Partial<Manifest>,
  imports: Readonly<Record<string, readonly string[]>> = smallComponent.imports,
): () => unknown {
  const component = buildComponent({ ...smallComponent, imports });
  return () => attachManifest(component, { ...smallManifest, ...change }, { file: 'lamp.wasm' });
}

const twoVersions: ComponentSurface = {
  imports: new Map([
    ['eft:host/log@0.1.0', ['write']],
    ['eft:host/log@0.2.0', ['write']],
  ]),
  exports: new Map(),
};

export const fixtures: readonly Fixture[] = [
  {
    code: 'manifest.interface-unknown',
    title: 'a grant of an interface that is mistyped',
    provoke: manifestWith('interface: eft:host/log', 'interface: eft:host/lug'),
    text: 'error[manifest.interface-unknown]: module.yaml:14:16: grants[0].interface: there is no host interface `eft:host/lug`\n  did you mean `eft:host/log`? docs/reference/interfaces.md lists the host interfaces that can be granted',
  },
  {
    code: 'manifest.interface-unknown',
    title: 'a grant of a resource kind',
    provoke: manifestWith('interface: eft:host/log', 'interface: eft:resources/node-status'),
    text: 'error[manifest.interface-unknown]: module.yaml:14:16: grants[0].interface: there is no host interface `eft:resources/node-status`\n  docs/reference/interfaces.md lists the host interfaces that can be granted',
  },
  {
    code: 'manifest.kind-is-interface',
    title: 'a host interface as an input',
    provoke: manifestWith('kind: acme:lamp/dark', 'kind: eft:host/clock'),
    text: 'error[manifest.kind-is-interface]: module.yaml:7:11: inputs[0].kind: `eft:host/clock` is a host interface, not a resource kind\n  list it under `grants`, and under `inputs` and `outputs` only kinds such as `eft:resources/node-status`',
  },
  {
    code: 'manifest.name-reserved',
    title: 'a module that is named like the supervisor',
    provoke: manifestWith('name: lamp', 'name: supervisor'),
    text: 'error[manifest.name-reserved]: module.yaml:1:7: name: no module may be named `supervisor`: it is the name under which others write resources\n  name the module after what it does; reserved are `supervisor`, `config`, `api`',
  },
  {
    code: 'manifest.grant-empty',
    title: 'a grant of sockets that names none',
    provoke: manifestWith('interface: eft:host/log', 'interface: eft:host/socket'),
    text: 'error[manifest.grant-empty]: module.yaml:14:5: grants[0]: the grant of `eft:host/socket` allows nothing\n  say what the module may do with it, in at least one of `packet`, `udp`; or remove the grant',
  },
  {
    code: 'manifest.udp-ports',
    title: 'ports of UDP for a protocol that has none',
    provoke: manifestWith(
      '- interface: eft:host/log',
      '- { interface: eft:host/socket, reason: finds others, packet: [{ etherType: arp, udpPorts: [68], links: [eth0] }] }\n  - interface: eft:host/log',
    ),
    text: 'error[manifest.udp-ports]: module.yaml:14:94: grants[0].packet[0].udpPorts: `udpPorts` narrows IPv4 and IPv6, not the EtherType arp\n  remove `udpPorts`, or write `etherType: ipv4` or `etherType: ipv6`',
  },
  {
    code: 'manifest.restart-times',
    title: 'a longest wait that is shorter than the first',
    provoke: manifestWith('maximumMilliseconds: 1000', 'maximumMilliseconds: 99'),
    text: 'error[manifest.restart-times]: module.yaml:22:24: restart.maximumMilliseconds: the longest wait before a restart, 99 ms, is shorter than the first, 100 ms\n  make `maximumMilliseconds` at least `initialMilliseconds`',
  },
  {
    code: 'manifest.saved-state',
    title: 'saved state that the module cannot read itself',
    provoke: manifestWith('reads: [1, 2]', 'reads: [1]'),
    text: 'error[manifest.saved-state]: module.yaml:26:10: savedState.reads: the module writes saved state of format 2, but does not read it\n  add 2 to `reads`: otherwise the module could not take over from itself',
  },
  {
    code: 'manifest.grant-without-import',
    title: 'a grant that the component does not use',
    provoke: moduleOf({
      grants: [...smallManifest.grants, { interface: 'eft:host/clock', reason: 'says when' }],
    }),
    text: 'error[manifest.grant-without-import]: lamp.wasm: lamp: the manifest grants `eft:host/clock`, but the component does not import it\n  remove the grant, or use the interface: a grant that nothing needs is authority to steal',
  },
  {
    code: 'manifest.import-without-grant',
    title: 'an import that the manifest does not grant',
    provoke: moduleOf({ grants: [] }),
    text: 'error[manifest.import-without-grant]: lamp.wasm: lamp: the component imports `eft:host/log` (`write`), but the manifest does not grant it\n  add `eft:host/log` to `grants` with a reason, or stop using it',
  },
  {
    code: 'manifest.kind-without-import',
    title: 'an input that the component does not read',
    provoke: moduleOf({
      inputs: [...smallManifest.inputs, { kind: 'acme:lamp/dusk', reason: 'who knows' }],
    }),
    text: 'error[manifest.kind-without-import]: lamp.wasm: lamp: the manifest lists `acme:lamp/dusk` as an input, but the component does not import it\n  remove it from the manifest, or use it in the module',
  },
  {
    code: 'manifest.import-without-kind',
    title: 'a kind that the manifest lists nowhere',
    provoke: moduleOf({}, { ...smallComponent.imports, 'acme:lamp/dusk@1.0.0': ['get'] }),
    text: 'error[manifest.import-without-kind]: lamp.wasm: lamp: the component imports `acme:lamp/dusk` (`get`), which the manifest lists neither as input nor as output\n  add it to `inputs` to read it, or to `outputs` to write it, with a reason; or stop using it',
  },
  {
    code: 'manifest.write-without-output',
    title: 'a component that writes one of its inputs',
    provoke: moduleOf({}, { ...smallComponent.imports, 'acme:lamp/dark@1.0.0': ['get', 'put', 'remove'] }),
    text: 'error[manifest.write-without-output]: lamp.wasm: lamp: the component writes `acme:lamp/dark` (`put`, `remove`), which the manifest lists only as an input\n  add `acme:lamp/dark` to `outputs` with a reason, or stop writing it',
  },
  {
    code: 'manifest.output-never-written',
    title: 'an output that the component only reads',
    provoke: moduleOf({}, { ...smallComponent.imports, 'acme:lamp/light@1.0.0': ['get'] }),
    text: 'error[manifest.output-never-written]: lamp.wasm: lamp: the manifest lists `acme:lamp/light` as an output, but the component imports no function that writes it\n  make it an input, or write it in the module',
  },
  {
    code: 'manifest.import-twice',
    title: 'one interface in two versions',
    provoke: () => checkAuthority(smallManifest, twoVersions, { file: 'lamp.wasm' }),
    text: 'error[manifest.import-twice]: lamp.wasm: lamp: the component imports `eft:host/log` in two versions, `eft:host/log@0.1.0` and `eft:host/log@0.2.0`\n  build the module against one version of each interface',
  },
  {
    code: 'manifest.lifecycle-missing',
    title: 'a component that exports nothing',
    provoke: () =>
      attachManifest(buildComponent({ ...smallComponent, exports: [] }), smallManifest, {
        file: 'lamp.wasm',
      }),
    text: 'error[manifest.lifecycle-missing]: lamp.wasm: lamp: the component does not export `eft:module/lifecycle`\n  export it from the world of the module: it is how the supervisor starts a module and gives it events',
  },
];
