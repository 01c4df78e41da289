/**
 * The kernel's own configuration file, `.config`: what is asked for is written into it, and what the kernel's tools made of it is read back. They
 * drop silently what they do not know or what depends on something that is not set; here that is an error.
 */
import { EftError } from '../supervisor/errors/eft-error.ts';
import type { KernelOption, OptionValue } from './config-fragments.ts';

/** Options named in one error: enough to see what happened. */
const namedLimit = 8;

/** The text to give to `make allnoconfig` as KCONFIG_ALLCONFIG. */
export function writeAskedConfig(options: readonly KernelOption[]): string {
  return options.map(({ name, value }) => `${writeOption(name, value)}\n`).join('');
}

function writeOption(name: string, value: OptionValue): string {
  if (value === 'n') return `# CONFIG_${name} is not set`;
  if (value === 'y' || typeof value === 'number') return `CONFIG_${name}=${value}`;
  return `CONFIG_${name}="${value}"`;
}

/** What a `.config` sets: name without `CONFIG_`, and the text behind `=`. Options that are not set are not in it. */
export function readConfig(text: string): ReadonlyMap<string, string> {
  const lines = text.matchAll(/^CONFIG_([A-Z0-9a-z_]+)=(.*)$/gm);
  return new Map([...lines].map(([, name = '', value = '']) => [name, value]));
}

/**
 * Checks that a finished `.config` is what was asked for.
 * Errors: `firmware.option-dropped` for an option that has not the value asked for, `firmware.option-set` for one that is `refused` and set.
 */
export function checkConfig(
  text: string,
  asked: readonly KernelOption[],
  refused: readonly string[],
  kernel: string,
): void {
  const set = readConfig(text);
  const dropped = asked.filter(({ name, value }) => {
    const found = set.get(name);
    return value === 'n' ? found !== undefined : found !== valueText(value);
  });
  if (dropped.length > 0) {
    const options = dropped
      .slice(0, namedLimit)
      .map(
        ({ name, value }) => `${name}=${value === '' ? '""' : value} (it is ${set.get(name) ?? 'not set'})`,
      );
    const more = dropped.length > namedLimit ? `, and ${dropped.length - namedLimit} more` : '';
    throw EftError.of('firmware.option-dropped', { kernel, options: `${options.join(', ')}${more}` });
  }
  const option = refused.find((name) => set.has(name));
  if (option !== undefined) throw EftError.of('firmware.option-set', { kernel, option });
}

function valueText(value: OptionValue): string {
  return value === 'y' || typeof value === 'number' ? String(value) : `"${value}"`;
}
