/** docs/reference/cli.md: every command with its help, from the tree of commands. */
import type { Command } from 'commander';
import { exitStatusTexts } from '../exit-status.ts';
import type { Generator } from '../generate.ts';

export const cliReferencePage: Generator = {
  name: 'reference of the commands',
  generate: async () => {
    // What the commands import is wanted only here: most generators have no use for it.
    const { buildProgram } = await import('../program.ts');
    const program = buildProgram({ stdout: process.stdout, stderr: process.stderr });
    return { files: new Map([['docs/reference/cli.md', pageOf(program)]]), ownedFolders: [] };
  },
};

/** Columns of the help, whatever the terminal of who generates it. */
const helpWidth = 110;

function pageOf(program: Command): string {
  const all = commandsBelow(program, program.name());
  const rows = all.map(
    ({ path, command }) => `| [\`${path}\`](#${anchorOf(path)}) | ${command.description()} |`,
  );
  const sections = all.map(({ path, command }) => `## ${path}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\`\n`);
  const statuses = exitStatusTexts.map(([status, text]) => `| ${status} | ${text} |`);
  return `<!-- Generated from the commands by \`npm run generate\`. -->
# The command line

Every command of \`eft\`, with its help. Results go to standard output, what is said about them to standard error. Colour is for
terminals, and never there with \`NO_COLOR\`.

Commands that ask nodes take \`-n NODE,NODE\` and \`--context NAME\`. Without \`-n\` what reads asks every node of the context, and what changes something
must be told which, unless there is only one. With \`--json\` or \`--yaml\` what nodes gave is one object with a list \`nodes\`: one entry for each, with the
fields of the answer, or with \`error\`.

## Exit status

| status | meaning |
| --- | --- |
${statuses.join('\n')}

## Commands

| command | what it does |
| --- | --- |
${rows.join('\n')}

${sections.join('\n')}`;
}

type Place = { readonly path: string; readonly command: Command };

function commandsBelow(command: Command, path: string): readonly Place[] {
  const children = command
    .createHelp()
    .visibleCommands(command)
    .filter((child) => child.name() !== 'help');
  return children.flatMap((child) => {
    const inner = `${path} ${child.name()}`;
    // A group that does nothing alone has nothing to say but what its verbs say.
    const own =
      child.commands.length === 0 || child.registeredArguments.length > 0 || child.options.length > 0;
    return [...(own ? [{ path: inner, command: child }] : []), ...commandsBelow(child, inner)];
  });
}

/** The help with what was added to it, as `--help` prints it. */
function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
    getOutHelpWidth: () => helpWidth,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return text.trimEnd();
}

function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}
