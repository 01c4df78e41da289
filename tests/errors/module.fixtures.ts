import { encodeManifest } from '../../supervisor/manifest/manifest.ts';
import { attachManifest, openModule, readModule } from '../../supervisor/trust/module-file.ts';
import {
  manifestSection,
  maximumModuleBytes,
  signatureSection,
  writeCustomSection,
} from '../../supervisor/trust/module-sections.ts';
import { readTrustPolicy } from '../../supervisor/trust/trust-policy.ts';
import type { Fixture } from './fixture.ts';
import { buildComponent, type SmallComponent } from './small-component.ts';
import {
  firstKey,
  policyYaml,
  signedModule,
  smallComponent,
  smallManifest,
  unsignedModule,
} from './small-module.ts';

/** Opens these bytes under a policy that trusts the first key. */
function open(bytes: Uint8Array, minimum = 0): unknown {
  const policy = readTrustPolicy(policyYaml([{ key: firstKey }]), 'trust.yaml');
  return openModule(bytes, policy, { file: 'lamp.wasm', minimumSecurityVersion: () => minimum });
}

function join(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  return Buffer.concat(parts.map((part) => new Uint8Array(part)));
}

/** Makes a module of the small component with other memories. */
function withMemories(memories: SmallComponent['memories']): () => unknown {
  const component = buildComponent({ ...smallComponent, memories });
  return () => attachManifest(component, smallManifest, { file: 'lamp.wasm' });
}

const component = buildComponent(smallComponent);
const manifest = writeCustomSection(manifestSection, encodeManifest(smallManifest));
const someSection = writeCustomSection('note', Uint8Array.of(1, 2, 3));
const signature = signedModule(firstKey).subarray(unsignedModule().length);

export const fixtures: readonly Fixture[] = [
  {
    code: 'module.too-large',
    title: 'a file beyond the limit',
    provoke: () => open(new Uint8Array(maximumModuleBytes + 1)),
    text: 'error[module.too-large]: lamp.wasm: the module file has 16777217 bytes; at most 16777216 are read\n  make the module smaller; data belongs in resources or files, not in the module',
  },
  {
    code: 'module.magic',
    title: 'a core module in place of a component',
    provoke: () => open(Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00)),
    text: 'error[module.magic]: lamp.wasm, byte 0: this is not a module file: it begins with 00 61 73 6d 01 00 00 00, not with 00 61 73 6d 0d 00 01 00\n  give a file that `eft module build` made',
  },
  {
    code: 'module.truncated',
    title: 'a file that ends in its magic number',
    provoke: () => open(component.subarray(0, 5)),
    text: 'error[module.truncated]: lamp.wasm, byte 5: the module file ends in the middle of the magic number\n  copy the file again, whole',
  },
  {
    code: 'module.truncated',
    title: 'a file that lacks its last byte',
    provoke: () => open(signedModule(firstKey).subarray(0, -1)),
    text: 'error[module.truncated]: lamp.wasm, byte 869: the module file ends in the middle of section 0\n  copy the file again, whole',
  },
  {
    code: 'module.truncated',
    title: 'a file that ends in the header of a section',
    provoke: () => open(join(component, [0x00])),
    text: 'error[module.truncated]: lamp.wasm, byte 220: the module file ends in the middle of the length of section 0\n  copy the file again, whole',
  },
  {
    code: 'module.length-not-shortest',
    title: 'the length of a section in five bytes where one is enough',
    provoke: () => open(join(component, [0x00, 0x83, 0x80, 0x80, 0x80, 0x00, 0x01, 0x61, 0x00])),
    text: 'error[module.length-not-shortest]: lamp.wasm, byte 220: the length of section 0 is not written in its shortest form, or has more than 32 bits\n  build and sign the module again; if you did not make it, get it again from who did',
  },
  {
    code: 'module.length-not-shortest',
    title: 'the length of a section with more than 32 bits',
    provoke: () => open(join(component, [0x00, 0xff, 0xff, 0xff, 0xff, 0x1f])),
    text: 'error[module.length-not-shortest]: lamp.wasm, byte 220: the length of section 0 is not written in its shortest form, or has more than 32 bits\n  build and sign the module again; if you did not make it, get it again from who did',
  },
  {
    code: 'module.length-not-shortest',
    title: 'the length of the name of the signature section, which no signature covers, in two bytes',
    provoke: () =>
      open(join(unsignedModule(), [0x00, 0x0f, 0x8d, 0x00], new TextEncoder().encode(signatureSection))),
    text: 'error[module.length-not-shortest]: lamp.wasm, byte 740: the length of the name of a custom section is not written in its shortest form, or has more than 32 bits\n  build and sign the module again; if you did not make it, get it again from who did',
  },
  {
    code: 'module.section-name',
    title: 'a section whose name is no UTF-8',
    provoke: () => open(join(component, [0x00, 0x02, 0x01, 0xff])),
    text: 'error[module.section-name]: lamp.wasm, byte 221: the name of a custom section is not valid UTF-8, or longer than its section\n  build and sign the module again; if you did not make it, get it again from who did',
  },
  {
    code: 'module.section-name',
    title: 'a name that is longer than its section',
    provoke: () => open(join(component, [0x00, 0x02, 0x05, 0x61])),
    text: 'error[module.section-name]: lamp.wasm, byte 221: the name of a custom section is not valid UTF-8, or longer than its section\n  build and sign the module again; if you did not make it, get it again from who did',
  },
  {
    code: 'module.duplicate-section',
    title: 'two manifests',
    provoke: () => open(join(component, manifest, manifest, signature)),
    text: 'error[module.duplicate-section]: lamp.wasm, byte 738: the module file has the section `eft:manifest` twice\n  build and sign the module again; if you did not make it, get it again from who did',
  },
  {
    code: 'module.duplicate-section',
    title: 'two signature sections',
    provoke: () => open(join(signedModule(firstKey), signature)),
    text: 'error[module.duplicate-section]: lamp.wasm, byte 870: the module file has the section `eft:signature` twice\n  build and sign the module again; if you did not make it, get it again from who did',
  },
  {
    code: 'module.no-manifest',
    title: 'a component without a manifest',
    provoke: () => readModule(component, 'lamp.wasm'),
    text: 'error[module.no-manifest]: lamp.wasm: the file has no section `eft:manifest`: it is a component, but not yet a module\n  make a module of it with `eft module build`',
  },
  {
    code: 'module.not-signed',
    title: 'no signature',
    provoke: () => open(unsignedModule()),
    text: 'error[module.not-signed]: lamp.wasm: the module is not signed: it has no section `eft:signature`\n  sign it with `eft module sign FILE --key KEY`',
  },
  {
    code: 'module.manifest-order',
    title: 'a section between manifest and signature',
    provoke: () => open(join(component, manifest, someSection, signature)),
    text: 'error[module.manifest-order]: lamp.wasm, byte 219: the section `eft:manifest` is out of order: the custom section `note` follows it, and only `eft:signature` may\n  build and sign the module again; if you did not make it, get it again from who did',
  },
  {
    code: 'module.signature-order',
    title: 'a section after the signature',
    provoke: () => open(join(signedModule(firstKey), someSection)),
    text: 'error[module.signature-order]: lamp.wasm, byte 870: the section `eft:signature` is out of order: it must be the last of the file, and more follows it (bytes: 10)\n  do not use this file: what follows the signature is not covered by it. Get it again from who made it',
  },
  {
    code: 'module.signature-order',
    title: 'a single byte after the signature',
    provoke: () => open(join(signedModule(firstKey), [0x00])),
    text: 'error[module.signature-order]: lamp.wasm, byte 870: the section `eft:signature` is out of order: it must be the last of the file, and more follows it (bytes: 1)\n  do not use this file: what follows the signature is not covered by it. Get it again from who made it',
  },
  {
    code: 'module.signature-order',
    title: 'the signature before the manifest',
    provoke: () => open(join(component, signature, manifest)),
    text: 'error[module.signature-order]: lamp.wasm, byte 351: the section `eft:signature` is out of order: it must be the last of the file, and more follows it (bytes: 519)\n  do not use this file: what follows the signature is not covered by it. Get it again from who made it',
  },
  {
    code: 'module.has-manifest',
    title: 'building a module from a module',
    provoke: () => attachManifest(unsignedModule(), smallManifest, { file: 'lamp.wasm' }),
    text: 'error[module.has-manifest]: lamp.wasm, byte 219: the component has a section `eft:manifest` already\n  build the module from a plain component',
  },
  {
    code: 'module.memory-unbounded',
    title: 'a memory without a maximum',
    provoke: withMemories([{ minimum: 1 }]),
    text: 'error[module.memory-unbounded]: lamp.wasm: lamp: a memory of the component has no maximum, so it could take all the memory of the node\n  build it with `eft module build`, which sets the maximum to `limits.memoryPages` of the manifest',
  },
  {
    code: 'module.memory-above-limit',
    title: 'two memories that together may grow beyond the limit',
    provoke: withMemories([
      { minimum: 1, maximum: 3 },
      { minimum: 1, maximum: 2 },
    ]),
    text: 'error[module.memory-above-limit]: lamp.wasm: lamp: the memories of the component may grow to 5 pages of 64 KiB, and the manifest allows 4\n  raise `limits.memoryPages` in module.yaml, or build the component with a smaller maximum',
  },
  {
    code: 'module.security-version',
    title: 'a module older than what the node has run before',
    provoke: () => open(signedModule(firstKey), 8),
    text: 'error[module.security-version]: lamp.wasm: lamp has the security version 7, and this node accepts 8 or higher\n  use a newer version of the module: this one has a known weakness, or the node has run a newer one before',
  },
];
