import { networkInterfaces } from 'node:os';
import { expect, it } from 'vitest';
import { close } from './file-descriptor.ts';
import { findLinkName } from './network-link.ts';
import { createSocket, socketTypes } from './socket.ts';
import { socketFamilies } from './socket-address.ts';

it('finds the name of a link by its index, and says when there is none', () => {
  const fd = createSocket(socketFamilies.AF_INET, socketTypes.SOCK_DGRAM, 0);
  expect(findLinkName(fd, 1)).toBe('lo');
  expect(Object.keys(networkInterfaces())).toContain('lo');
  for (const index of [0, -1, 1.5, 0x7fff_ffff, 0x8000_0001, Number.NaN])
    expect(findLinkName(fd, index)).toBeUndefined();
  close(fd);
});
