import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EftError } from '../errors/eft-error.ts';
import type { GrantedDirectory } from '../manifest/grants.ts';
import { type FileOperation, temporaryName } from './file-job.ts';
import { type GrantedPlace, levelsLimit, resolveGranted } from './granted-path.ts';

const directories: readonly GrantedDirectory[] = [
  { name: 'state', path: '/var/lib/filer', access: 'read-write' },
  { name: 'etc', path: '/etc/filer', access: 'read' },
];

function resolve(operation: FileOperation, path: string): GrantedPlace {
  return resolveGranted({ module: 'filer', operation, path }, directories);
}

/** The code and the sentence of the refusal. */
function refusal(operation: FileOperation, path: string): readonly [string, string] {
  try {
    resolve(operation, path);
  } catch (error) {
    if (error instanceof EftError) return [error.code, error.message];
    throw error;
  }
  return ['none', ''];
}

describe('a path below a granted directory', () => {
  it('means the place below what the grant says', () => {
    expect(resolve('read', 'state/a/b')).toEqual({ directory: '/var/lib/filer', path: 'a/b' });
    expect(resolve('write', 'state/.hidden..')).toEqual({ directory: '/var/lib/filer', path: '.hidden..' });
    expect(resolve('list', 'etc')).toEqual({ directory: '/etc/filer', path: '.' });
  });

  it('may have as many levels, and names as long, as the limits say', () => {
    const deepest = `state${'/a'.repeat(levelsLimit - 1)}`;
    expect(resolve('read', deepest).path).toHaveLength(2 * (levelsLimit - 1) - 1);
    expect(refusal('read', `${deepest}/a`)).toEqual(['io.path', expect.stringContaining('32 levels')]);
    expect(resolve('read', `state/${'ä'.repeat(127)}`).path).toHaveLength(127);
    expect(refusal('read', `state/${'ä'.repeat(128)}`)[1]).toContain('more than 255 bytes');
    expect(refusal('read', `state/${'a/'.repeat(2_100)}a`)[1]).toContain('more than 4095 bytes');
  });
});

describe('a refusal', () => {
  it('of a directory that is not granted names those that are', () => {
    expect(refusal('read', 'root/x')).toEqual([
      'io.not-granted',
      'filer may not read root/x: its grant of eft:host/files names `state`, `etc`, not `root`',
    ]);
  });

  it('comes to writing where reading is granted', () => {
    for (const operation of ['write', 'remove'] as const) {
      expect(refusal(operation, 'etc/x')).toEqual([
        'io.read-only',
        `filer may not ${operation} etc/x: its grant of eft:host/files gives \`etc\` read only`,
      ]);
    }
    expect(refusal('list', 'etc')[0]).toBe('none');
  });

  it.each(['..', 'state/..', 'state/../etc/x', 'state/a/../../..', '/etc/passwd', '/', '//state/x'])(
    'comes to %j, which leads out of what is granted',
    (path) => expect(refusal('read', path)[0]).toBe('io.outside'),
  );

  it.each(['', 'state//x', 'state/', 'state/.', './state/x', 'state/a\0b', 'state/\ud800', 'state'])(
    'comes to %j, which is no path of a file',
    (path) => expect(refusal('read', path)[0]).toBe('io.path'),
  );

  it('comes to a file that is being written', () => {
    const path = `state/${temporaryName('ab', 1)}`;
    expect(refusal('read', path)).toEqual(['io.path', expect.stringContaining('keeps to itself')]);
  });

  it('repeats no more of a path than a person wants to read, and nothing that a terminal would obey', () => {
    const [, sentence] = refusal('read', `state/\u001b[31m\n\u202e${'x'.repeat(4_000)}/..`);
    expect(sentence).toContain('state/\\u{1b}[31m\\u{a}\\u{202e}xxx');
    expect(sentence).toContain('x…: ');
    expect(sentence.length).toBeLessThan(300);
  });
});

it('whatever a module writes, what comes out lies below a granted directory', () => {
  const piece = fc.oneof(
    fc.constantFrom('state', 'etc', '..', '.', '', '/', '\0', '\ud800', 'a', temporaryName('0', 0)),
    fc.string({ unit: 'binary' }),
  );
  const path = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('/'));
  const operation = fc.constantFrom('read', 'write', 'remove', 'list' as const);
  fc.assert(
    fc.property(operation, path, (call, text) => {
      let place: GrantedPlace;
      try {
        place = resolve(call, text);
      } catch (error) {
        return error instanceof EftError && error.message.isWellFormed();
      }
      const names = place.path.split('/');
      return (
        directories.some((granted) => granted.path === place.directory) &&
        (place.path === '.' || names.every((name) => !['', '.', '..'].includes(name))) &&
        !place.path.includes('\0') &&
        (place.directory === '/var/lib/filer' || call === 'read' || call === 'list')
      );
    }),
    { numRuns: 2_000 },
  );
});
