/** Gives a configuration to nodes, and shows what it changes: what `eft config apply`, `edit`, `patch` and `diff` have in common. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ApplyConfigResponse } from '../../supervisor/api/generated/eft/v1/machine_pb.js';
import { type FormOptions, formOf, writeStructured } from '../output/form.ts';
import { paint, type Terminal, writeLine } from '../output/terminal.ts';
import type { NodeTarget } from './node-target.ts';

/** Longest try, in seconds. */
const tryLimit = 3_600;

/** By the numbers of ApplyMode in machine.proto. */
const modes = { auto: 1, 'no-reboot': 2, staged: 3, try: 4 } as const;

export type ApplyOptions = FormOptions & {
  readonly mode: keyof typeof modes;
  readonly dryRun?: true;
  readonly timeout?: number;
};

/** Adds `--mode`, `--dry-run` and `--timeout`. */
export function addApplyOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--mode <MODE>', 'when it holds: see below').choices(Object.keys(modes)).default('auto'),
    )
    .option('--dry-run', 'show what would change, and change nothing')
    .addOption(
      new Option('--timeout <SECONDS>', 'of --mode try: when it goes back unless it is confirmed').argParser(
        readSeconds,
      ),
    );
}

export const modesHelp = `
Modes:
  auto       at once where that is possible, and by a reboot otherwise
  no-reboot  at once, or not at all
  staged     at the next boot
  try        at once, and it goes back by itself unless \`eft config confirm\` comes in time (a minute, or --timeout)
`;

/** Applies, or shows what it would do. Throws an exit status if any node has failed. */
export async function applyConfig(
  terminal: Terminal,
  targets: readonly NodeTarget[],
  config: Uint8Array,
  options: ApplyOptions,
): Promise<void> {
  const { toJson } = await import('@bufbuild/protobuf');
  const { onNodes, settleNodes, successesOf } = await import('./on-nodes.ts');
  const { nodesValue } = await import('./report-nodes.ts');
  const { planLines } = await import('../output/config-plan.ts');
  const { ApplyConfigResponseSchema } = await import('../../supervisor/api/generated/eft/v1/machine_pb.js');
  const request = {
    config,
    mode: modes[options.mode],
    dryRun: options.dryRun === true,
    trySeconds: options.timeout ?? 0,
  };
  const outcomes = await onNodes(targets, ({ machine }) => machine.applyConfig(request));
  const form = formOf(options);
  if (form !== 'people') {
    const value = (answer: ApplyConfigResponse) =>
      Object(toJson(ApplyConfigResponseSchema, answer, { alwaysEmitImplicit: true }));
    writeStructured(terminal.stdout, form, nodesValue(outcomes, value));
  } else {
    const { stdout } = terminal;
    for (const [index, { target, result }] of successesOf(outcomes).entries()) {
      if (index > 0) writeLine(stdout);
      if (targets.length > 1) writeLine(stdout, paint(stdout, 'name', target.name));
      for (const line of planLines(stdout, result)) writeLine(stdout, line);
      if (result.confirmation !== '') {
        writeLine(stdout, `keep it with: eft config confirm ${result.confirmation} -n ${target.name}`);
      }
    }
  }
  settleNodes(terminal, outcomes);
}

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (/^[1-9][0-9]*$/.test(text) && seconds <= tryLimit) return seconds;
  throw new InvalidArgumentError(`It must be 1 to ${tryLimit} seconds.`);
}
