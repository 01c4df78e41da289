/** The whole way of a module: source, build, signature, verification, load, and a cell that runs it. */
import { afterEach, expect, it } from 'vitest';
import { buildModule } from '../../cli/toolchain/build-module.ts';
import { CellBench } from '../../tests/cells/cell-bench.ts';
import { policyYaml } from '../../tests/errors/small-module.ts';
import { privateKeyFromSeed } from '../trust/key-file.ts';
import { attachSignatures, openModule } from '../trust/module-file.ts';
import { readTrustPolicy } from '../trust/trust-policy.ts';
import { CellRoster } from './cell-roster.ts';
import { declarationOf, loadModule } from './load-module.ts';

const bench = new CellBench();
afterEach(() => bench.close());

const key = privateKeyFromSeed(new Uint8Array(32).fill(7));
const policy = readTrustPolicy(policyYaml([{ key }]), 'trust.yaml');
const context = { file: 'health.wasm', minimumSecurityVersion: () => 0 };

async function signedHealth(): Promise<Uint8Array> {
  const { module } = await buildModule(`${import.meta.dirname}/../../modules/health`);
  return attachSignatures(module, [key]);
}

it('a module that is built, signed and verified runs in a cell', async () => {
  const module = loadModule(openModule(await signedHealth(), policy, context));
  bench.store.join('elsewhere', { ...declarationOf(module), outputs: [] });
  bench.join('supervisor');
  const roster = new CellRoster(bench.world());
  roster.start(module);
  await bench.until(() => bench.entry('eft:resources/node-status', 'node')?.value['ready'] === true);
  await roster.stopAll();
});

it('a module that was built against another version of the lifecycle is refused before any of it runs', async () => {
  const opened = openModule(await signedHealth(), policy, context);
  const exports = new Map(
    [...opened.definition.world.exports].map(([name, item]) => [name.replace('0.1.0', '0.2.0'), item]),
  );
  const definition = { ...opened.definition, world: { ...opened.definition.world, exports } };
  expect(() => loadModule({ ...opened, definition })).toThrow('eft:module/lifecycle@0.1.0');
});
