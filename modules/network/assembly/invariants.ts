/** What the module states of itself; each part says what holds of it beside its own code. */
import { network } from './lifecycle';

export function check(): StaticArray<string> {
  const broken: Array<string> = [];
  network.sayBroken(broken);
  return StaticArray.fromArray(broken);
}
