import { zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { splitCommandLine } from '../kernel-command-line.ts';
import { asksForRecovery, configOfCommandLine } from './command-line.ts';
import { configOfNoCloud } from './no-cloud.ts';
import { givesWay, inOrder } from './source.ts';
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

const at = (line: string) => configOfCommandLine(splitCommandLine(line));

test('an address of a configuration is http or https', () => {
  expect(at('eft.config=https://example.org/w1.yaml')).toEqual({
    source: 'command-line',
    url: new URL('https://example.org/w1.yaml'),
  });
  expect(() => at('eft.config=file:///etc/shadow')).toThrow('no address of http');
  expect(() => at('eft.config=https://me:word@example.org/')).toThrow('a user name or a password in it');
  expect(at('ro quiet')).toBeUndefined();
});

test('an address may come with the digest of what is there, and with the authorities that count', () => {
  const pem = '-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n';
  const ca = Buffer.from(pem).toString('base64');
  const sha256 = 'AB'.repeat(32);
  expect(at(`eft.config=https://a.example eft.config.sha256=${sha256} eft.config.ca=${ca}`)).toMatchObject({
    sha256: 'ab'.repeat(32),
    authorities: pem,
  });
  const packed = zstdCompressSync(pem).toString('base64');
  expect(at(`eft.config=https://a.example eft.config.ca=${packed}`)).toMatchObject({ authorities: pem });
  expect(() => at('eft.config=https://a.example eft.config.sha256=12')).toThrow('not a SHA-256');
  expect(() => at(`eft.config=http://a.example eft.config.ca=${ca}`)).toThrow('not one of https');
  expect(() => at('eft.config=https://a.example eft.config.ca=MAA=')).toThrow('no certificate in PEM');
});

test('the command line can ask that no source be read', () => {
  const asks = (line: string) => asksForRecovery(splitCommandLine(line));
  expect(['ro', 'eft.recovery', 'eft.recovery=1', 'eft.recovery=1 eft.recovery=0'].map(asks)).toEqual([
    false,
    true,
    true,
    false,
  ]);
  expect(() => asks('eft.recovery=please')).toThrow('neither 1 nor 0');
});

test('a NoCloud disk brings the configuration and the name of the machine', () => {
  const disk = (files: Readonly<Record<string, string>>) =>
    configOfNoCloud(
      new Map(Object.entries(files).map(([name, text]) => [name, new Uint8Array(Buffer.from(text))])),
    );
  expect(disk({ 'meta-data': 'instance-id: i\n' })).toBeUndefined();
  expect(disk({ 'user-data': yaml })?.network).toBeUndefined();
  const found = disk({ 'user-data': yaml, 'meta-data': 'instance-id: i\nlocal-hostname: W1.example.org\n' });
  expect(found).toMatchObject({ source: 'no-cloud', file: 'user-data', bytes });
  expect(found?.network).toMatchObject({ layer: 'platform', hostName: 'w1', domainName: 'example.org' });
  expect(() => disk({ 'user-data': yaml, 'meta-data': 'local-hostname: "a b"\n' })).toThrow('meta-data:1:17');
});

test('what was handed in counts before STATE, that before the command line, and that before the disk', () => {
  const handedIn = configHandedIn(bytes, 'w1.yaml');
  const state = configOfState(bytes);
  const commandLine = configOfCommandLine(splitCommandLine('eft.config=http://a.example'));
  const noCloud = configOfNoCloud(new Map([['user-data', bytes]]));
  const sources = (...found: Parameters<typeof inOrder>[0]) => inOrder(found).map(({ source }) => source);
  expect(sources(noCloud, commandLine, state, handedIn)).toEqual([
    'handed-in',
    'state',
    'command-line',
    'no-cloud',
  ]);
  expect(sources(noCloud, undefined, commandLine)).toEqual(['command-line', 'no-cloud']);
  expect(sources(configOfState(new Uint8Array()))).toEqual([]);
});

test('only what was handed in gives way if it is refused, and only to STATE', () => {
  expect(givesWay('handed-in', 'state')).toBe(true);
  expect(givesWay('handed-in', 'command-line')).toBe(false);
  expect(givesWay('state', 'command-line')).toBe(false);
  expect(givesWay('command-line', 'no-cloud')).toBe(false);
});
