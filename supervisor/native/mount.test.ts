import { mkdtempSync, readFileSync, rmdirSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runChild } from '../../tests/native/run-child.ts';

describe('mounting in a namespace of its own (needs CAP_SYS_ADMIN)', () => {
  it('makes, attaches, binds, changes, pivots and removes mounts, and touches none of the machine', () => {
    const place = mkdtempSync(join(tmpdir(), 'eft-mount-'));
    const name = hostname();
    expect(runChild('mounts-of-its-own.ts', place)).toEqual({
      before: false,
      after: true,
      oldStyle: true,
      boundNames: ['bound', 'hello'],
      rootNames: ['bound', 'hello'],
      unknownParameter: {
        message: 'fsconfig tmpfs, parameter nonsense: invalid argument (EINVAL)',
        cause: "tmpfs: Unknown parameter 'nonsense'",
      },
      unknownType: { message: 'fsopen nosuchfs: no such device (ENODEV)', cause: '' },
      readOnly: `openat2 ${place}/bound/new: the file system is read-only (EROFS)`,
      hostname: 'eft-test-host',
    });
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(place);
    expect(hostname()).toBe(name);
    rmdirSync(place);
  });
});
