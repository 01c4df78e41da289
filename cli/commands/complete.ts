/** `eft __complete`: the names that a shell offers, one a line. It is in no help, and it never complains: who presses a key wants no error. */
import { Argument, Command } from 'commander';
import { visibleText } from '../../supervisor/document/visible-text.ts';
import type { NodeClient } from '../api/client.ts';
import { findContext, readContexts } from '../api/contexts.ts';
import { nodeTargets } from '../api/node-target.ts';
import { type DynamicName, dynamicNames } from '../completion/words.ts';
import { type Terminal, writeLine } from '../output/terminal.ts';

/** How long a node may take to answer, before nothing is offered. */
const answerTimeoutMs = 2_000;

export function completeCommand(terminal: Terminal): Command {
  return new Command('__complete')
    .addArgument(new Argument('<WHAT>').choices(dynamicNames))
    .action(async (what: DynamicName) => {
      for (const name of await namesOf(what).catch(() => [])) writeLine(terminal.stdout, visibleText(name));
    });
}

async function namesOf(what: DynamicName): Promise<readonly string[]> {
  switch (what) {
    case 'contexts':
      return readContexts().contexts.map(({ name }) => name);
    case 'nodes':
      return findContext(undefined).nodes.map(({ name }) => name);
    case 'kinds': {
      const { shortKind } = await import('../api/kind-names.ts');
      const kinds = await ask(
        async ({ state }) => (await state.listKinds({}, { timeoutMs: answerTimeoutMs })).kinds,
      );
      return [...new Set(kinds.map(({ name }) => shortKind(name)))].sort();
    }
    case 'modules': {
      const modules = await ask(
        async ({ modules: service }) => (await service.list({}, { timeoutMs: answerTimeoutMs })).modules,
      );
      return modules.map(({ name }) => name);
    }
  }
}

/** Asks the first node of the context: its like have the same. */
async function ask<Answer>(question: (client: NodeClient) => Promise<Answer>): Promise<Answer> {
  const { connectNode } = await import('../api/client.ts');
  const [target] = nodeTargets({});
  if (target === undefined) throw new Error('a context has no node');
  const client = await connectNode(target, { timeoutMs: answerTimeoutMs });
  try {
    return await question(client);
  } finally {
    client.close();
  }
}
