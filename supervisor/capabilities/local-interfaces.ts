/** Every host interface by name: what exists for a module to import, beside the resource kinds. */
import type { GrantedInterface } from '../manifest/grants.ts';
import { clock } from './clock.ts';
import { entropy } from './entropy.ts';
import { files } from './files.ts';
import { health } from './health.ts';
import { kernel } from './kernel.ts';
import type { LocalInterface } from './local-context.ts';
import { log } from './log.ts';
import { netlink } from './netlink.ts';
import { requests } from './requests.ts';
import { socket } from './socket.ts';

export const localInterfaces: Readonly<Record<GrantedInterface, LocalInterface>> = {
  'eft:host/log': log,
  'eft:host/clock': clock,
  'eft:host/entropy': entropy,
  'eft:host/health': health,
  'eft:host/requests': requests,
  'eft:host/files': files,
  'eft:host/netlink': netlink,
  'eft:host/socket': socket,
  'eft:host/kernel': kernel,
};
