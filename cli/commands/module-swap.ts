/** `eft module swap`: replaces modules of nodes while they run. */
import { Command, InvalidArgumentError } from 'commander';
import { addNodeOptions, type NodeOptions, namedTargets } from '../api/node-target.ts';
import { addFormOptions, type FormOptions, formOf } from '../output/form.ts';
import type { Terminal } from '../output/terminal.ts';

type SwapOptions = NodeOptions &
  FormOptions & {
    readonly acceptCapabilities?: ReadonlyMap<string, readonly string[]>;
    readonly dryRun?: boolean;
    readonly probation?: number;
    readonly maxUnavailable: number;
    readonly readyTimeout: number;
  };

export function moduleSwap(terminal: Terminal): Command {
  const command = new Command('swap')
    .description('replace modules of nodes while they run; what is bad goes, and the node goes on as before')
    .argument('<NAME>', 'the module that is replaced, or a new one')
    .argument('<FILE>', 'the module file that is to run: built, and signed with a key that the node trusts')
    .argument('[MORE...]', 'more names and files, which are replaced together with it: all or none')
    .option(
      '--accept-capabilities <LIST>',
      'capabilities that the new version has and the running one has not: exactly those; `NAME=LIST` where there are several modules',
      readAccepted,
    )
    .option('--dry-run', 'verify and compare, and change nothing')
    .option(
      '--probation <SECONDS>',
      'how long the new version must be well before it is kept, 1 to 600 (default: 2)',
      readSeconds,
    )
    .option('--max-unavailable <N>', 'nodes that are changed at the same time', readCount, 1)
    .option(
      '--ready-timeout <SECONDS>',
      'how long each of several nodes has to be ready again',
      readSeconds,
      60,
    );
  return addFormOptions(addNodeOptions(command))
    .addHelpText(
      'after',
      '\nOne node after the other, each well before the next begins; at the first failure it stops, and those before go back.\n' +
        'What asks for more than what runs is refused, and shown with its reasons.\n\n' +
        'Examples:\n  eft module swap network ./network-1.1.0.wasm\n' +
        '  eft module swap network ./network-1.1.0.wasm --dry-run\n' +
        '  eft module swap network ./network-1.1.0.wasm -n cp-1,cp-2,cp-3 --max-unavailable 1\n' +
        '  eft module swap disk ./disk.wasm pki ./pki.wasm --accept-capabilities disk=eft:host/log',
    )
    .action(async (name: string, file: string, more: readonly string[], options: SwapOptions) => {
      const pairs = pairsOf([name, file, ...more]);
      const { acceptCapabilities: accepted = new Map<string, readonly string[]>() } = options;
      const files = pairs.map(([module, path]) => ({
        name: module,
        file: path,
        accepted: accepted.get(module) ?? (pairs.length === 1 ? (accepted.get('') ?? []) : []),
      }));
      const targets = namedTargets(options, 'module swap');
      const { swapOnNodes } = await import('../swap/swap-nodes.ts');
      await swapOnNodes(terminal, targets, {
        files,
        isDryRun: options.dryRun === true,
        wellMs: (options.probation ?? 0) * 1_000,
        maximumUnavailable: options.maxUnavailable,
        readyLimitMs: options.readyTimeout * 1_000,
        form: formOf(options),
      });
    });
}

function pairsOf(words: readonly string[]): readonly (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  for (let at = 0; at < words.length; at += 2) {
    const [name, file] = [words[at], words[at + 1]];
    if (name === undefined || file === undefined)
      throw new InvalidArgumentError('Each name of a module must have a file behind it.');
    pairs.push([name, file]);
  }
  return pairs;
}

/** By module; the empty name is that of the only one. */
function readAccepted(
  text: string,
  before: ReadonlyMap<string, readonly string[]> = new Map(),
): ReadonlyMap<string, readonly string[]> {
  const [, module = '', list = ''] = /^(?:([a-z0-9-]+)=)?(.*)$/s.exec(text) ?? [];
  const names = list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0)
    throw new InvalidArgumentError('It must be names of capabilities with commas between.');
  return new Map(before).set(module, [...(before.get(module) ?? []), ...names]);
}

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > 600)
    throw new InvalidArgumentError('It must be a number from 1 to 600.');
  return seconds;
}

function readCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 1_000)
    throw new InvalidArgumentError('It must be a number from 1 to 1,000.');
  return count;
}
