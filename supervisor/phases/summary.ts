/** What a person at the console wants to know when the boot is over: who the node is, how it is reached, and what runs on it. */
import type { Node } from '../node.ts';
import { visible } from './console.ts';

/**
 * One line for each thing that is known. `maintenance` is why the node has no configuration, if it has none; `fingerprint` is what its API is then known by, for
 * whoever gives it one.
 */
export function summaryLines(node: Node, maintenance?: string, fingerprint = ''): readonly string[] {
  const name = node.get('eft:resources/hostname-status', 'hostname')?.value['hostName'];
  const addresses = [...node.store.list('eft:resources/address-status')]
    .filter(({ value }) => isReachable(String(value['link']), String(value['address'])))
    .map(({ value }) => `${String(value['link'])} ${String(value['address'])}`);
  const links = [...node.store.list('eft:resources/link-status')]
    .filter(({ value }) => value['owned'] === true)
    .map(({ metadata, value }) => `${metadata.id} ${String(value['kind'])}`);
  const modules = [...node.store.list('eft:resources/module-status')].map(
    ({ metadata, value }) => `${metadata.id} ${String(value['version'])} ${String(value['state'])}`,
  );
  const facts = [
    ['node', typeof name === 'string' ? name : ''],
    ['addresses', addresses.join(', ')],
    // Those that the node has made of others.
    ['links', links.join(', ')],
    ['modules', modules.join(', ')],
    ['mode', maintenance === undefined ? '' : `maintenance, with the default network: ${maintenance}`],
    ['SHA-256', fingerprint],
  ] as const;
  return facts.flatMap(([fact, text]) => (text === '' ? [] : [`${fact.padEnd(10)} ${visible(text)}`]));
}

/** Whether others can reach the node by it: neither the loopback link nor an address that is of one link only (RFC 4291). */
function isReachable(link: string, address: string): boolean {
  return link !== 'lo' && !/^fe[89ab]/i.test(address);
}
