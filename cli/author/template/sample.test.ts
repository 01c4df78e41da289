/** The module on a node that is none, on a clock that the test turns: run it with `eft module test`. */
import { deepEqual, equal } from 'node:assert/strict';
import { TestNode, test } from 'eft/test';

const status = (state: string) => ({ state, version: '1.0.0', restarts: 0, message: '' });

test('counts the modules, and names those that are not well', async () => {
  const node = await TestNode.of(import.meta.dirname);
  node.put('eft:resources/module-status', 'network', status('degraded'));
  await node.start();
  deepEqual(node.get('example:sample/summary', 'sample'), { modules: 2, healthy: 1, unwell: ['network'] });
});

test('says once that a module is not well, and once that it is again', async () => {
  const node = await TestNode.of(import.meta.dirname);
  await node.start();
  for (const state of ['degraded', 'backing-off', 'healthy', 'healthy']) {
    node.put('eft:resources/module-status', 'network', status(state));
    await node.settle();
  }
  deepEqual(node.log.slice(-2), ['warn: not well: network', 'info: all modules are well']);
});

test('goes on after a swap', async () => {
  const node = await TestNode.of(import.meta.dirname);
  await node.start();
  await node.swap();
  equal(node.state, 'healthy');
  deepEqual(node.get('example:sample/summary', 'sample'), { modules: 1, healthy: 1, unwell: [] });
});
