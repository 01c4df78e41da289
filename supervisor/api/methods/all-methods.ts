/** Every method of the API: the ones that a node has are exactly these. */
import type { ConfigLifeCycle } from '../../config/life-cycle/life-cycle.ts';
import { type AnyMethod, anyMethod } from '../method.ts';
import { configMethods } from './config-methods.ts';
import { type MethodGround, nodeMethods } from './node-methods.ts';
import { historyMethod, rollbackMethod, type SwapGround, swapMethod } from './swap-modules.ts';
import { nodeName } from './version.ts';

export function allMethods(
  ground: MethodGround & SwapGround & { readonly lifeCycle: ConfigLifeCycle },
): readonly AnyMethod[] {
  return [
    ...nodeMethods(ground),
    ...configMethods(ground.lifeCycle, () => nodeName(ground)),
    anyMethod(swapMethod(ground)),
    anyMethod(rollbackMethod(ground)),
    anyMethod(historyMethod(ground)),
  ];
}
