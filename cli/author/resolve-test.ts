/** Tests of a module lie anywhere, and import `eft/test`: preloaded, this says where that is. */
import { registerHooks } from 'node:module';

const testNode = new URL('./test-node.ts', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'eft/test' ? { url: testNode, shortCircuit: true } : next(specifier, context),
});
