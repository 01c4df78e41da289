import { decodeManifest, readManifestYaml } from '../../supervisor/manifest/manifest.ts';
import { encodeDeterministicCbor } from '../../supervisor/trust/deterministic-cbor.ts';
import type { Fixture } from './fixture.ts';
import { smallManifestYaml } from './small-module.ts';

/** Reads the manifest of the small module with one part of its text replaced. */
function manifestWith(part: string, replacement: string): () => unknown {
  if (!smallManifestYaml.includes(part)) throw new Error(`the manifest has no ${part}`);
  return () => readManifestYaml(smallManifestYaml.replace(part, replacement), 'module.yaml');
}

/** Reads CBOR as the manifest in a module file. */
function manifestOf(value: Parameters<typeof encodeDeterministicCbor>[0]): () => unknown {
  return () => decodeManifest(encodeDeterministicCbor(value), { file: 'lamp.wasm', offset: 211 });
}

export const fixtures: readonly Fixture[] = [
  {
    code: 'document.too-large',
    title: 'a manifest of 300 KiB',
    provoke: () => readManifestYaml(`# ${'x'.repeat(300 * 1024)}`, 'module.yaml'),
    text: 'error[document.too-large]: module.yaml: the manifest has 307202 bytes; at most 262144 are read\n  make it smaller; this much text is not meant to be here',
  },
  {
    code: 'document.yaml',
    title: 'a bracket that is never closed',
    provoke: manifestWith('reads: [1, 2]', 'reads: [1, 2'),
    text: 'error[document.yaml]: module.yaml:27:1: this is not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]\n  correct the YAML at this place',
  },
  {
    code: 'document.yaml',
    title: 'a tab as indentation',
    provoke: manifestWith('  writes: 2', '\twrites: 2'),
    text: 'error[document.yaml]: module.yaml:25:1: this is not YAML: Tabs are not allowed as indentation\n  correct the YAML at this place',
  },
  {
    code: 'document.yaml-feature',
    title: 'an anchor',
    provoke: manifestWith('version: 1.2.3', 'version: &v 1.2.3'),
    text: 'error[document.yaml-feature]: module.yaml:2:13: the manifest uses an anchor, which Eft does not read in YAML\n  write the value out in plain text',
  },
  {
    code: 'document.yaml-feature',
    title: 'an alias',
    provoke: manifestWith('reads: [1, 2]', 'reads: *formats'),
    text: 'error[document.yaml-feature]: module.yaml:26:10: the manifest uses an alias, which Eft does not read in YAML\n  write the value out in plain text',
  },
  {
    code: 'document.yaml-feature',
    title: 'a tag',
    provoke: manifestWith('version: 1.2.3', 'version: !!str 1.2.3'),
    text: 'error[document.yaml-feature]: module.yaml:2:16: the manifest uses the tag tag:yaml.org,2002:str, which Eft does not read in YAML\n  write the value out in plain text',
  },
  {
    code: 'document.yaml-feature',
    title: 'a merge key',
    provoke: manifestWith('limits:\n', 'limits:\n  <<: { memoryPages: 9 }\n'),
    text: 'error[document.yaml-feature]: module.yaml:17:3: the manifest uses a merge key, which Eft does not read in YAML\n  write the value out in plain text',
  },
  {
    code: 'document.yaml-feature',
    title: 'two documents in one file',
    provoke: manifestWith('isolation: thread\n', 'isolation: thread\n---\nname: other\n'),
    text: 'error[document.yaml-feature]: module.yaml:28:1: the manifest uses several documents in one file, which Eft does not read in YAML\n  write the value out in plain text',
  },
  {
    code: 'document.duplicate-field',
    title: 'a field that is there twice',
    provoke: manifestWith('  queuedEvents: 16', '  queuedEvents: 16\n  memoryPages: 9'),
    text: 'error[document.duplicate-field]: module.yaml:20:3: limits: the field `memoryPages` is there twice\n  keep one of the two',
  },
  {
    code: 'document.unknown-field',
    title: 'a mistyped field in module.yaml',
    provoke: manifestWith('securityVersion: 7', 'securityVersoin: 7'),
    text: 'error[document.unknown-field]: module.yaml:3:1: manifest: there is no field `securityVersoin`\n  did you mean `securityVersion`? the fields here are `name`, `version`, `securityVersion`, `description`, `world`, `inputs`, `outputs`, `grants`, `limits`, `restart`, `savedState`, `isolation`',
  },
  {
    code: 'document.unknown-field',
    title: 'a field that nothing resembles',
    provoke: manifestWith('  quarantineAfter: 5', '  quarantineAfter: 5\n  shell: /bin/sh'),
    text: 'error[document.unknown-field]: module.yaml:24:3: restart: there is no field `shell`\n  the fields here are `initialMilliseconds`, `maximumMilliseconds`, `quarantineAfter`',
  },
  {
    code: 'document.unknown-field',
    title: 'an unknown field in the manifest of a module file',
    provoke: manifestOf(new Map([['grantz', []]])),
    text: 'error[document.unknown-field]: lamp.wasm, byte 211: manifest: there is no field `grantz`\n  did you mean `grants`? the fields here are `name`, `version`, `securityVersion`, `description`, `world`, `inputs`, `outputs`, `grants`, `limits`, `restart`, `savedState`, `isolation`',
  },
  {
    code: 'document.unknown-field',
    title: 'a parameter that belongs to another interface',
    provoke: manifestWith(
      '    reason: says when the light changes',
      '    reason: says when the light changes\n    directories: []',
    ),
    text: 'error[document.unknown-field]: module.yaml:16:5: grants[0]: there is no field `directories`\n  the fields here are `interface`, `reason`',
  },
  {
    code: 'document.missing-field',
    title: 'a grant without a reason',
    provoke: manifestWith('    reason: says when the light changes\n', ''),
    text: 'error[document.missing-field]: module.yaml:14:5: grants[0]: the field `reason` is missing\n  add `reason:`',
  },
  {
    code: 'document.missing-field',
    title: 'an empty manifest in a module file',
    provoke: manifestOf(new Map()),
    text: 'error[document.missing-field]: lamp.wasm, byte 211: manifest: the field `name` is missing\n  add `name:`',
  },
  {
    code: 'document.wrong-type',
    title: 'a version that YAML takes for a number',
    provoke: manifestWith('version: 1.2.3', 'version: 1.2'),
    text: 'error[document.wrong-type]: module.yaml:2:10: version: this is the number 1.2, and text is expected\n  write text, in quotes if YAML takes it for something else',
  },
  {
    code: 'document.wrong-type',
    title: 'a name that YAML takes for nothing',
    provoke: manifestWith('name: lamp', 'name:'),
    text: 'error[document.wrong-type]: module.yaml:1:6: name: this is nothing, and text is expected\n  write text, in quotes if YAML takes it for something else',
  },
  {
    code: 'document.wrong-type',
    title: 'a number with a fraction',
    provoke: manifestWith('memoryPages: 4', 'memoryPages: 4.0'),
    text: 'error[document.wrong-type]: module.yaml:17:16: limits.memoryPages: this is the number 4.0, and a whole number is expected\n  write a whole number',
  },
  {
    code: 'document.wrong-type',
    title: 'text in place of a list',
    provoke: manifestWith('reads: [1, 2]', 'reads: one'),
    text: 'error[document.wrong-type]: module.yaml:26:10: savedState.reads: this is text, and a list is expected\n  write a list',
  },
  {
    code: 'document.wrong-type',
    title: 'a manifest in a module file that is no map',
    provoke: manifestOf([1, 2]),
    text: 'error[document.wrong-type]: lamp.wasm, byte 211: manifest: this is a list, and a map of fields is expected\n  write a map of fields',
  },
  {
    code: 'document.wrong-type',
    title: 'a manifest in a module file with a number as a key',
    provoke: manifestOf(new Map([[1, 'lamp']])),
    text: 'error[document.wrong-type]: lamp.wasm, byte 211: manifest: this is a map with a number as a key, and a map of fields is expected\n  write a map of fields',
  },
  {
    code: 'document.out-of-range',
    title: 'more memory than a module may have',
    provoke: manifestWith('memoryPages: 4', 'memoryPages: 65536'),
    text: 'error[document.out-of-range]: module.yaml:17:16: limits.memoryPages: 65536 is out of range\n  write a whole number from 1 to 4096',
  },
  {
    code: 'document.out-of-range',
    title: 'a security version below zero',
    provoke: manifestWith('securityVersion: 7', 'securityVersion: -1'),
    text: 'error[document.out-of-range]: module.yaml:3:18: securityVersion: -1 is out of range\n  write a whole number from 0 to 4294967295',
  },
  {
    code: 'document.not-one-of',
    title: 'a mode that is mistyped',
    provoke: manifestWith('mode: exclusive', 'mode: exclusiv'),
    text: 'error[document.not-one-of]: module.yaml:11:11: outputs[0].mode: `exclusiv` is not known here\n  did you mean `exclusive`? write one of `exclusive`, `shared`',
  },
  {
    code: 'document.text',
    title: 'a description that could move the cursor of a terminal',
    provoke: manifestWith('description: Shows whether there is light.', 'description: "\\e[2J"'),
    text: 'error[document.text]: module.yaml:4:14: description: the text holds the control character U+001B\n  write one line of 1 to 256 characters, without control characters',
  },
  {
    code: 'document.text',
    title: 'a reason that says nothing',
    provoke: manifestWith('reason: says when the light changes', 'reason: ""'),
    text: 'error[document.text]: module.yaml:15:13: grants[0].reason: the text is empty\n  write one line of 1 to 256 characters, without control characters',
  },
  {
    code: 'document.text',
    title: 'a reason that is too long',
    provoke: manifestWith('reason: says when the light changes', `reason: ${'very '.repeat(60)}long`),
    text: 'error[document.text]: module.yaml:15:13: grants[0].reason: the text has 304 characters\n  write one line of 1 to 256 characters, without control characters',
  },
  {
    code: 'document.list-length',
    title: 'a module that reads no saved state',
    provoke: manifestWith('reads: [1, 2]', 'reads: []'),
    text: 'error[document.list-length]: module.yaml:26:10: savedState.reads: the list has 0 entries\n  write 1 to 16 entries',
  },
  {
    code: 'document.duplicate-entry',
    title: 'the same grant twice',
    provoke: manifestWith('grants:\n', 'grants:\n  - interface: eft:host/log\n    reason: says it once\n'),
    text: 'error[document.duplicate-entry]: module.yaml:16:5: grants[1]: `eft:host/log` is listed twice\n  keep one of the two',
  },
  {
    code: 'document.duplicate-entry',
    title: 'the same input twice',
    provoke: manifestWith('inputs:\n', 'inputs:\n  - kind: acme:lamp/dark\n    reason: to be sure\n'),
    text: 'error[document.duplicate-entry]: module.yaml:9:5: inputs[1]: `acme:lamp/dark` is listed twice\n  keep one of the two',
  },
  {
    code: 'document.name',
    title: 'a module name with a capital letter',
    provoke: manifestWith('name: lamp', 'name: Lamp'),
    text: 'error[document.name]: module.yaml:1:7: name: `Lamp` is not a module name\n  write lower-case words of letters and digits, joined by single hyphens, at most 63 characters: `network`',
  },
  {
    code: 'document.name',
    title: 'a version with a leading zero',
    provoke: manifestWith('version: 1.2.3', 'version: 1.02.3'),
    text: 'error[document.name]: module.yaml:2:10: version: `1.02.3` is not a semantic version\n  write a version such as `1.4.0` or `2.0.0-rc.1` (semver.org), at most 64 characters',
  },
  {
    code: 'document.name',
    title: 'a world without a version',
    provoke: manifestWith('world: acme:lamp/lamp@1.2.3', 'world: acme:lamp/lamp'),
    text: 'error[document.name]: module.yaml:5:8: world: `acme:lamp/lamp` is not the full name of a world\n  write package, world and version, such as `eft:health/health@0.1.0`',
  },
  {
    code: 'document.name',
    title: 'a grant with a version',
    provoke: manifestWith('interface: eft:host/log', 'interface: eft:host/log@0.1.0'),
    text: 'error[document.name]: module.yaml:14:16: grants[0].interface: `eft:host/log@0.1.0` is not the name of an interface without a version\n  write package and interface, such as `eft:host/log`',
  },
  {
    code: 'document.name',
    title: 'a granted directory whose path climbs',
    provoke: manifestWith(
      '  - interface: eft:host/log\n',
      '  - interface: eft:host/files\n    directories: [{ name: state, path: /var/lib/../../etc, access: read }]\n',
    ),
    text: 'error[document.name]: module.yaml:15:40: grants[0].directories[0].path: `/var/lib/../../etc` is not an absolute path in its plainest form\n  write a path such as `/var/lib/etcd`: no `.`, `..` or empty part, no `/` at the end, not `/` itself',
  },
];
