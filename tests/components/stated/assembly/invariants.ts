import { Level, write } from './bindings/host-log';
import { coins } from './lifecycle';

export function check(): StaticArray<string> {
  if (coins == 3) write(Level.Info, 'three coins', []);
  return coins < 0 ? ['the module owes "' + (-coins).toString() + '" coins'] : [];
}
