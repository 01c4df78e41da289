import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { eftProtocol, findProtocolBreaks, hasPublished, publishProtocol } from './published-protocol.ts';

let folder = '';
let proto = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eft-protocol-'));
  proto = join(folder, 'proto');
  cpSync(eftProtocol, proto, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

function change(from: string, to: string): void {
  const file = join(proto, 'eft/v1/state.proto');
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(from);
  writeFileSync(file, text.replace(from, to));
}

it('finds nothing in what has just been published, and nothing to compare with before that', () => {
  expect(hasPublished(proto)).toBe(false);
  expect(publishProtocol(proto)).toContain('eft/v1/state.proto');
  expect(findProtocolBreaks(proto)).toEqual([]);
});

it.each([
  [
    'a field of another type',
    'uint64 version = 3;',
    'string version = 3;',
    'changed type from "uint64" to "string"',
  ],
  [
    'a field of another number',
    'string kind = 1;\n  string id = 2;\n  // Never',
    'string kind = 9;\n  string id = 2;\n  // Never',
    'was deleted',
  ],
  [
    'a field of another name, which JSON has',
    'string phase = 4;',
    'string state = 4;',
    'changed name from "phase" to "state"',
  ],
  [
    'a name that is not as names are',
    'string phase = 4;',
    'string phaseNow = 4;',
    'should be lower_snake_case',
  ],
])('finds %s', (_, from, to, finding) => {
  publishProtocol(proto);
  change(from, to);
  expect(findProtocolBreaks(proto).join('\n')).toContain(finding);
});

it('lets a message have another field', () => {
  publishProtocol(proto);
  change('string phase = 4;', 'string phase = 4;\n  string more = 99;');
  expect(findProtocolBreaks(proto)).toEqual([]);
});
