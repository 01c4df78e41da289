/** Every method of the API: the ones that a node has are exactly these. */
import type { AnyMethod } from '../method.ts';
import { type MethodGround, nodeMethods } from './node-methods.ts';

export function allMethods(ground: MethodGround): readonly AnyMethod[] {
  return nodeMethods(ground);
}
