import { beforeAll, describe, expect, it } from 'vitest';
import { buildModule } from '../../cli/toolchain/build-module.ts';
import { Component } from '../../supervisor/component/component.ts';
import { bytesOf32, numberIn, readMessage, readPacket } from '../../tests/components/dhcp/wire.ts';
import { SimulatedKernel } from '../../tests/simulation/network/kernel.ts';
import { serve as answer, serverAddress } from './simulated-dhcp-server.ts';
import { SimulatedNode } from './simulated-node.ts';

let component: Component;

const leasedAddress = 0x0a000011;

beforeAll(async () => {
  component = Component.compile((await buildModule('modules/network')).component);
}, 120_000);

const dhcp = {
  link: '*',
  enabled: true,
  routeMetric: undefined,
  clientId: undefined,
  sendHostName: undefined,
};

function newNode(): SimulatedNode {
  let byte = 0;
  const kernel = new SimulatedKernel((length) => Uint8Array.from({ length }, () => byte++ & 0xff));
  kernel.addCard('eth0');
  return new SimulatedNode(component, kernel).config('default', { layer: 'default', dhcp: [dhcp] });
}

/** The server answers what the client has sent, until it has nothing more to say. */
function serve(node: SimulatedNode): void {
  answer(node, {
    address: leasedAddress,
    seconds: 3_600,
    options: [
      [6, bytesOf32(serverAddress)],
      [12, [...Buffer.from('leased')]],
    ],
  });
}

describe('DHCP on a link', () => {
  it('is asked for on every network card, and its lease is applied', () => {
    const node = newNode().start().pass(500);
    expect(node.status()?.converged).toBe(false);
    expect(node.problems()).toEqual([
      'dhcp-lease/eth0: no server has given a lease yet. See that a DHCP server answers on this link',
    ]);
    serve(node);
    expect(node.problems()).toEqual([]);
    expect(node.owned('address-status')).toEqual(['eth0/10.0.0.17/24']);
    expect(node.owned('route-status')).toEqual(['254/0.0.0.0/0/1024']);
    expect(node.files.get('etc/resolv.conf')).toContain('nameserver 10.0.0.1\n');
    expect(node.value('dhcp-lease', 'eth0')).toMatchObject({
      state: 'bound',
      lease: { address: '10.0.0.17/24', server: '10.0.0.1' },
    });
    expect(node.status()?.converged).toBe(true);
  });

  it('goes on with its lease if that brings a host name of more weight than the one that was sent', () => {
    const node = newNode()
      .config('command-line', { layer: 'command-line', hostName: 'w1' })
      .start()
      .pass(500);
    serve(node);
    node.pass(10_000);
    // A client that began anew would ask for a lease.
    expect(node.sent.filter(({ name }) => name.endsWith('/ip'))).toEqual([]);
    expect(node.value('dhcp-lease', 'eth0')).toMatchObject({ state: 'bound' });
    expect(node.value('hostname-status', 'hostname')).toMatchObject({ hostName: 'leased' });
  });

  it('goes on with its lease after a restart, and nothing flaps', () => {
    const node = newNode().start().pass(500);
    serve(node);
    const socket = node.kernel.socket([1, 5, 7, 8, 9, 11, 19]);
    node.start('restart').pass(1_000);
    expect(socket.takeNews().messages).toHaveLength(0);
    expect(node.value('dhcp-lease', 'eth0')).toMatchObject({ state: 'bound' });
    expect(node.status()?.converged).toBe(true);
    const asked = node.sent.filter(({ name }) => name.endsWith('/ip'));
    expect(asked.map(({ payload }) => numberIn(readMessage(readPacket(payload).payload), 50))).toEqual([]);
  });

  it('goes on asking after its socket could not be opened at first', () => {
    const node = newNode();
    let refused = 0;
    node.refuseSocket = () => (refused++ === 0 ? { tag: 'too-many' } : undefined);
    node.start().pass(500);
    expect(refused).toBe(1);
    node.pass(1_000);
    expect([...node.sockets]).toEqual(['dhcp/2/ip']);
    node.sent.length = 0;
    // The first question went nowhere; the next is due after four seconds.
    node.pass(10_000);
    expect(node.sent.length).toBeGreaterThan(0);
    serve(node);
    expect(node.value('dhcp-lease', 'eth0')).toMatchObject({ state: 'bound' });
  });

  it('is over when the lease is, and its address and routes go', () => {
    const node = newNode().start().pass(500);
    serve(node);
    node.sent.length = 0;
    node.pass(3_700_000);
    expect(node.owned('address-status')).toEqual([]);
    expect(node.owned('route-status')).toEqual([]);
    expect(node.problems()).toHaveLength(1);
  });

  it('ends when the configuration says so', () => {
    const node = newNode().start().pass(500);
    serve(node);
    node.config('machine', { dhcp: [{ ...dhcp, enabled: false }] }).pass(1_000);
    expect(node.ids('dhcp-lease')).toEqual([]);
    expect(node.owned('address-status')).toEqual([]);
    expect([...node.sockets]).toEqual([]);
    expect(node.status()?.converged).toBe(true);
  });
});
