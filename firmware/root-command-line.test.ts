import { expect, it } from 'vitest';
import { rootCommandLine } from './root-command-line.ts';

it('tells the kernel to make the verified root and to mount it', () => {
  const parameters = { dataBlocks: 10, treeStart: 11, rootHash: 'aa', salt: 'bb' };
  expect(rootCommandLine(parameters, '/dev/vda')).toBe(
    'dm-mod.waitfor=/dev/vda dm-mod.create="eft-root,,,ro,0 80 verity 1 /dev/vda /dev/vda 4096 4096 10 11 sha256 aa bb" ' +
      'root=/dev/dm-0 rootfstype=squashfs ro',
  );
});
