/** A swap on several nodes: one after the other, each well before the next begins, and back again at the first failure. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SwappedModule } from '../../supervisor/api/generated/eft/v1/module_pb.js';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import type { NodeClient } from '../api/client.ts';
import type { NodeTarget } from '../api/node-target.ts';
import { type NodeOutcome, onNode, settleNodes } from '../api/on-nodes.ts';
import { nodesValue } from '../api/report-nodes.ts';
import { type Form, writeStructured } from '../output/form.ts';
import { Progress } from '../output/progress.ts';
import { paint, type Terminal, writeLine } from '../output/terminal.ts';
import { rollOut } from './roll-out.ts';
import { rollBackOn, type SwapFile, type SwapListener, swapOn } from './run-swap.ts';
import { progressLines, swappedLine, swappedValue } from './swap-lines.ts';

/** Milliseconds between two looks whether a node is ready. */
const lookIntervalMs = 200;

export type SwapOnNodes = {
  readonly files: readonly SwapFile[];
  readonly isDryRun: boolean;
  readonly wellMs: number;
  readonly maximumUnavailable: number;
  /** Milliseconds that a node has to be ready again, where there are several. */
  readonly readyLimitMs: number;
  readonly form: Form;
};

/** Tells all of it, and throws an exit status if anything failed. */
export async function swapOnNodes(
  terminal: Terminal,
  targets: readonly NodeTarget[],
  { files, isDryRun, wellMs, maximumUnavailable, readyLimitMs, form }: SwapOnNodes,
): Promise<void> {
  const { stdout, stderr } = terminal;
  const isForPeople = form === 'people';
  const isAlone = targets.length === 1;
  const uploads = new Progress(stderr);
  const swapped = new Map<NodeTarget, readonly SwappedModule[]>();
  const listenerOf =
    ({ name }: NodeTarget): SwapListener =>
    (progress) => {
      uploads.end();
      // The last line is told by itself, with what came of it.
      if (!isForPeople || (progress.step === 'done' && !isDryRun)) return;
      for (const line of progressLines(stdout, progress))
        writeLine(stdout, isAlone ? line : `${paint(stdout, 'name', name)}  ${line}`);
    };
  const wentBack: NodeTarget[] = [];
  const goBackOn = async (client: NodeClient, target: NodeTarget): Promise<void> => {
    if (isDryRun) return;
    for (const { name } of swapped.get(target) ?? []) await rollBackOn(client, name, listenerOf(target));
    swapped.delete(target);
    wentBack.push(target);
  };
  const outcome = await rollOut({
    nodes: targets,
    maximumUnavailable,
    change: (target) =>
      onNode(target, async (client) => {
        const result = await swapOn(client, files, {
          isDryRun,
          wellMs,
          listener: listenerOf(target),
          uploads,
        });
        swapped.set(target, result);
        if (isForPeople) for (const one of result) writeLine(stdout, swappedLine(stdout, target.name, one));
        if (isDryRun || isAlone) return;
        try {
          await awaitReady(client, readyLimitMs);
        } catch (error) {
          // For the node the swap is over, and went well: it would keep the new version.
          await goBackOn(client, target);
          throw error;
        }
      }),
    goBack: (target) => onNode(target, (client) => goBackOn(client, target)),
  });
  uploads.end();
  const { failed, untouched, stuck } = outcome;
  const outcomes: NodeOutcome<readonly SwappedModule[]>[] = [
    ...[...swapped].map(([target, result]) => ({ target, result })),
    ...[...failed, ...stuck].map(({ node, error }) => ({ target: node, error: asEftError(error) })),
  ];
  if (!isForPeople) writeStructured(stdout, form, nodesValue(outcomes, swappedValue));
  else {
    for (const { name } of wentBack)
      writeLine(stdout, `${paint(stdout, 'title', '↩')} ${name} runs the version before again`);
    for (const { name } of untouched)
      writeLine(stdout, `${paint(stdout, 'faint', '·')} ${name} was not touched`);
  }
  settleNodes(terminal, outcomes);
}

/** Waits until the node says that it is ready. Error: `client.not-ready`. */
export async function awaitReady({ state, target: { name } }: NodeClient, limitMs: number): Promise<void> {
  const deadlineMs = performance.now() + limitMs;
  for (;;) {
    const { resource } = await state.get({ kind: 'eft:resources/node-status', id: 'node' });
    if (resource?.value?.['ready'] === true) return;
    if (performance.now() > deadlineMs)
      throw EftError.of('client.not-ready', { node: name, seconds: limitMs / 1_000 });
    await sleep(lookIntervalMs);
  }
}

/** What is no error for people is a fault of `eft`. */
function asEftError(error: unknown): EftError {
  if (error instanceof EftError) return error;
  throw error;
}
