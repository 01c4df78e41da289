/** `eft get`: the resources of nodes: what they were told, and how they are. */
import { Command } from 'commander';
import type { Kind, Resource } from '../../supervisor/api/generated/eft/v1/state_pb.js';
import { visibleText } from '../../supervisor/document/visible-text.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import type { NodeClient } from '../api/client.ts';
import { resolveKind } from '../api/kind-names.ts';
import { addNodeOptions, type NodeOptions, type NodeTarget, nodeTargets } from '../api/node-target.ts';
import type { NodeOutcome } from '../api/on-nodes.ts';
import { addFormOptions, type FormOptions, formOf, writeStructured } from '../output/form.ts';
import { inOrder, resourceTable } from '../output/resource-cells.ts';
import type { Terminal } from '../output/terminal.ts';
import { writeTable } from '../output/write-table.ts';

type GetOptions = NodeOptions & FormOptions & { readonly watch?: true };

export function getCommand(terminal: Terminal): Command {
  const command = new Command('get')
    .description('show resources of nodes: what they were told, and how they are')
    .argument(
      '[KIND]',
      'such as `links`, `link-status` or `eft:resources/link-status`; without one, the kinds',
    )
    .argument('[ID]', 'one resource of that kind')
    .option('-w, --watch', 'go on with what changes, until Ctrl-C');
  return addFormOptions(addNodeOptions(command))
    .addHelpText('after', help)
    .action(async (word: string | undefined, id: string | undefined, options: GetOptions) => {
      const targets = nodeTargets(options);
      if (word === undefined) {
        if (options.watch) command.error('error: --watch needs a KIND; `eft get` lists them');
        await showKinds(terminal, targets, options);
        return;
      }
      if (!options.watch) {
        await showResources(terminal, targets, options, word, id);
        return;
      }
      const { watchNodes } = await import('../api/watch-nodes.ts');
      await watchNodes(terminal, targets, options, { word, id });
    });
}

const help = `
A kind is meant by its name without the package, in the plural too, or by the beginning or end of it: \`links\`, \`leases\`, \`boot\`. Where
there is a kind for what should be and one for what is, the short name is the latter: \`link\` is \`link-status\`, and not \`link-spec\`.

With -w a terminal shows the table, and changes in it what changes. In a pipe there is a line for each change: \`+\` for what is new, \`~\` with the
fields that are not as before, \`-\` for what is gone; with --json one object a line, with --yaml one document each.

Examples:
  eft get                          the kinds that there are
  eft get links
  eft get link-status eth0 --yaml
  eft get modules -n lab-1,lab-2
  eft get bootphases
  eft get operations -w`;

async function showKinds(
  terminal: Terminal,
  targets: readonly NodeTarget[],
  options: GetOptions,
): Promise<void> {
  const { toJson } = await import('@bufbuild/protobuf');
  const { onNodes } = await import('../api/on-nodes.ts');
  const { reportNodes } = await import('../api/report-nodes.ts');
  const { KindSchema } = await import('../../supervisor/api/generated/eft/v1/state_pb.js');
  const outcomes = await onNodes(targets, async ({ state }) => (await state.listKinds({})).kinds);
  reportNodes(terminal, options, outcomes, {
    columns: ['KIND', { title: 'COUNT', align: 'right' }, 'WRITTEN BY', 'READ BY'],
    rows: (kinds: readonly Kind[]) =>
      kinds.map(({ name, count, writers, readers }) =>
        [name, String(count), writers.join(', '), readers.join(', ')].map((cell) => visibleText(cell)),
      ),
    value: (kinds) => ({
      kinds: kinds.map((kind) => toJson(KindSchema, kind, { alwaysEmitImplicit: true })),
    }),
    nothing: 'no kinds that you may read',
  });
}

type Found = { readonly kind: string; readonly resources: readonly Resource[] };

async function showResources(
  terminal: Terminal,
  targets: readonly NodeTarget[],
  options: GetOptions,
  word: string,
  id: string | undefined,
): Promise<void> {
  const { onNodes, settleNodes, successesOf } = await import('../api/on-nodes.ts');
  const { nodesValue } = await import('../api/report-nodes.ts');
  const { resourceValue } = await import('../api/resource-value.ts');
  const outcomes = await onNodes(targets, (client) => find(client, word, id));
  const form = formOf(options);
  if (form !== 'people') {
    const value = ({ kind, resources }: Found) => ({ kind, resources: resources.map(resourceValue) });
    writeStructured(terminal.stdout, form, nodesValue(outcomes, value));
  } else showTables(terminal, successesOf(outcomes), outcomes);
  settleNodes(terminal, outcomes);
}

/** One table a kind: nodes may have different kinds that the same word means. */
function showTables(
  terminal: Terminal,
  successes: readonly { readonly target: NodeTarget; readonly result: Found }[],
  outcomes: readonly NodeOutcome<Found>[],
): void {
  const kinds = [...new Set(successes.map(({ result }) => result.kind))];
  for (const kind of kinds) {
    const rows = successes
      .filter(({ result }) => result.kind === kind)
      .flatMap(({ target, result }) =>
        inOrder(kind, result.resources).map((resource) => ({ node: target.name, resource })),
      );
    if (rows.length === 0) {
      terminal.stderr.write(`no ${kind}\n`);
      continue;
    }
    const { titles, cells } = resourceTable(
      kind,
      rows.map(({ node, resource: { id, value, phase } }) => ({ id, value, phase, node })),
    );
    const isNamed = outcomes.length > 1;
    writeTable(
      terminal.stdout,
      isNamed ? ['NODE', ...titles] : titles,
      cells.map((row, index) => (isNamed ? [rows[index]?.node ?? '', ...row] : row)),
    );
  }
}

async function find({ state, target }: NodeClient, word: string, id: string | undefined): Promise<Found> {
  const { kinds } = await state.listKinds({});
  const kind = resolveKind(
    word,
    kinds.map(({ name }) => name),
    target.name,
  );
  if (id === undefined) return { kind, resources: (await state.list({ kind })).resources };
  const { resource } = await state.get({ kind, id });
  if (resource === undefined)
    throw EftError.of('client.failed', { node: target.name, reason: 'the answer is empty' });
  return { kind, resources: [resource] };
}
