/** The methods by which callers configure a node. */
import type { ConfigLifeCycle } from '../../config/life-cycle/life-cycle.ts';
import { type AnyMethod, anyMethod } from '../method.ts';
import { applyConfig } from './apply-config.ts';
import { confirmConfig } from './confirm-config.ts';
import { getConfig } from './get-config.ts';
import { reset } from './reset.ts';

export function configMethods(lifeCycle: ConfigLifeCycle, nodeName: () => string): readonly AnyMethod[] {
  return [
    anyMethod(applyConfig(lifeCycle)),
    anyMethod(confirmConfig(lifeCycle)),
    anyMethod(getConfig(lifeCycle)),
    anyMethod(reset(lifeCycle, nodeName)),
  ];
}
