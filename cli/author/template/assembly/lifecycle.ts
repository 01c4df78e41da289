/**
 * Counts the modules of the node, and names those that are not well.
 *
 * An event says that there is news, not what the news is worth: whatever it is, the module looks at all there is and writes what follows from it.
 */
import { Result, Unit, unit } from 'eft';
import { Level, write } from './bindings/host-log';
import { Boot, Event, SavedState } from './bindings/module-lifecycle';
import { list, State } from './bindings/resources-module-status';
import { put, Summary } from './bindings/sample-summary';

/** The one summary there is. */
const summaryId: string = 'sample';

/** The names of those that were not well when it looked last. */
let unwellBefore: string = '';

export function start(boot: Boot): Result<Unit, string> {
  look();
  return Result.ok<Unit, string>(unit);
}

export function handle(event: Event): void {
  look();
}

/** What a newer version needs to go on: nothing, since all that matters is in the store. */
export function save(): SavedState {
  return new SavedState(1, new StaticArray<u8>(0));
}

function look(): void {
  const modules = list();
  const unwell: string[] = [];
  for (let index = 0; index < modules.length; index += 1) {
    const module = modules[index];
    if (module.value.state != State.Healthy) unwell.push(module.metadata.id);
  }
  unwell.sort();
  put(summaryId, new Summary(modules.length, modules.length - unwell.length, StaticArray.fromArray(unwell)));
  tell(unwell.join(', '));
}

/** Logs what is not well, once. */
function tell(unwell: string): void {
  if (unwell == unwellBefore) return;
  unwellBefore = unwell;
  if (unwell == '') write(Level.Info, 'all modules are well', []);
  else write(Level.Warn, 'not well: ' + unwell, []);
}
