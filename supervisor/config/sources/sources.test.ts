import { zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { splitCommandLine } from '../kernel-command-line.ts';
import { configOfCommandLine } from './command-line.ts';
import { configOfNoCloud } from './no-cloud.ts';
import { firstOf } from './source.ts';
import { configHandedIn, configOfState } from './state.ts';

const yaml = 'apiVersion: eft/v1alpha1\n';
const bytes = new Uint8Array(Buffer.from(yaml));

function textOf(found: ReturnType<typeof configOfCommandLine>): string | undefined {
  return found === undefined || 'url' in found ? undefined : Buffer.from(found.bytes).toString('utf8');
}

test('a configuration stands on the command line in base64, or packed with zstd before', () => {
  const inline = (content: Uint8Array) =>
    configOfCommandLine(splitCommandLine(`ro eft.config.inline=${Buffer.from(content).toString('base64')}`));
  expect(textOf(inline(bytes))).toBe(yaml);
  expect(textOf(inline(zstdCompressSync(bytes)))).toBe(yaml);
  expect(() => inline(zstdCompressSync(new Uint8Array(300_000)))).toThrow(
    'unpacks to more than 262144 bytes',
  );
  expect(() => inline(zstdCompressSync(bytes).subarray(0, 12))).toThrow('begins like zstd and is not');
});

test('an address of a configuration is http or https', () => {
  const found = configOfCommandLine(splitCommandLine('eft.config=https://example.org/w1.yaml'));
  expect(found).toEqual({ source: 'command-line', url: new URL('https://example.org/w1.yaml') });
  expect(() => configOfCommandLine(splitCommandLine('eft.config=file:///etc/shadow'))).toThrow(
    'no address of http',
  );
  expect(configOfCommandLine(splitCommandLine('ro quiet'))).toBeUndefined();
});

test('a NoCloud disk brings the configuration and the name of the machine', () => {
  const disk = (files: Readonly<Record<string, string>>) =>
    configOfNoCloud(
      new Map(Object.entries(files).map(([name, text]) => [name, new Uint8Array(Buffer.from(text))])),
    );
  expect(disk({ 'meta-data': 'instance-id: i\n' })).toBeUndefined();
  expect(disk({ 'user-data': yaml })?.network).toBeUndefined();
  const found = disk({ 'user-data': yaml, 'meta-data': 'instance-id: i\nlocal-hostname: W1.example.org\n' });
  expect(found?.config).toEqual({ source: 'no-cloud', file: 'user-data', bytes });
  expect(found?.network).toMatchObject({ layer: 'platform', hostName: 'w1', domainName: 'example.org' });
  expect(() => disk({ 'user-data': yaml, 'meta-data': 'local-hostname: "a b"\n' })).toThrow('meta-data:1:17');
});

test('what was handed in counts before STATE, that before the command line, and that before the disk', () => {
  const handedIn = configHandedIn(bytes, 'w1.yaml');
  const state = configOfState(bytes);
  const commandLine = configOfCommandLine(splitCommandLine('eft.config=http://a.example'));
  const noCloud = configOfNoCloud(new Map([['user-data', bytes]]))?.config;
  expect(firstOf([noCloud, commandLine, state, handedIn])?.source).toBe('handed-in');
  expect(firstOf([noCloud, commandLine, state, undefined])?.source).toBe('state');
  expect(firstOf([noCloud, commandLine])?.source).toBe('command-line');
  expect(firstOf([undefined, noCloud])?.source).toBe('no-cloud');
  expect(firstOf([configOfState(new Uint8Array()), undefined])).toBeUndefined();
});
