/**
 * The `eft` command as a tree of subcommands, one file each in `commands/`. Ends with one of the statuses of exit-status.ts:
 *
 *   0  done
 *   1  refused, with a coded error on standard error (docs/reference/errors.md)
 *   2  the command line makes no sense
 *   3  `eft replay` only: the same up to the kill
 *   4  some of several nodes failed
 *   5  the node was not reached, or is not the one that is meant
 *   6  not permitted
 */
import { Command, CommanderError } from 'commander';
import { EftError } from '../supervisor/errors/eft-error.ts';
import { auditLog } from './commands/audit.ts';
import { auditVerify } from './commands/audit-verify.ts';
import { benchCommand } from './commands/bench.ts';
import { blobGet } from './commands/blob-get.ts';
import { blobPut } from './commands/blob-put.ts';
import { completeCommand } from './commands/complete.ts';
import { completionCommand } from './commands/completion.ts';
import { configApply } from './commands/config-apply.ts';
import { configConfirm } from './commands/config-confirm.ts';
import { configDiff } from './commands/config-diff.ts';
import { configEdit } from './commands/config-edit.ts';
import { configGen } from './commands/config-gen.ts';
import { configGet } from './commands/config-get.ts';
import { configImport } from './commands/config-import.ts';
import { configPatch } from './commands/config-patch.ts';
import { configValidate } from './commands/config-validate.ts';
import { consoleCommand } from './commands/console.ts';
import { contextAdd } from './commands/context-add.ts';
import { contextList } from './commands/context-list.ts';
import { contextRemove } from './commands/context-remove.ts';
import { contextShow } from './commands/context-show.ts';
import { contextUse } from './commands/context-use.ts';
import { dashboardCommand } from './commands/dashboard.ts';
import { dmesgCommand } from './commands/dmesg.ts';
import { downCommand } from './commands/down.ts';
import { eventsCommand } from './commands/events.ts';
import { exploreCommand } from './commands/explore.ts';
import { firmwareBuild } from './commands/firmware-build.ts';
import { firmwareRefresh } from './commands/firmware-refresh.ts';
import { fuzzCommand } from './commands/fuzz.ts';
import { getCommand } from './commands/get.ts';
import { graphCommand } from './commands/graph.ts';
import { imageBuild } from './commands/image-build.ts';
import { imageInspect } from './commands/image-inspect.ts';
import { imageLock } from './commands/image-lock.ts';
import { imageVerify } from './commands/image-verify.ts';
import { keyNew } from './commands/key-new.ts';
import { keyScope } from './commands/key-scope.ts';
import { keyShow } from './commands/key-show.ts';
import { logsCommand } from './commands/logs.ts';
import { metricsCommand } from './commands/metrics.ts';
import { moduleBuild } from './commands/module-build.ts';
import { moduleCall } from './commands/module-call.ts';
import { moduleDev } from './commands/module-dev.ts';
import { moduleHistory } from './commands/module-history.ts';
import { moduleInspect } from './commands/module-inspect.ts';
import { moduleList } from './commands/module-list.ts';
import { moduleNew } from './commands/module-new.ts';
import { moduleRollback } from './commands/module-rollback.ts';
import { moduleShow } from './commands/module-show.ts';
import { moduleSign } from './commands/module-sign.ts';
import { moduleSwap } from './commands/module-swap.ts';
import { moduleTest } from './commands/module-test.ts';
import { moduleVerify } from './commands/module-verify.ts';
import { operationCommand } from './commands/operation.ts';
import { operatorNew } from './commands/operator-new.ts';
import { operatorRenew } from './commands/operator-renew.ts';
import { protoCheck } from './commands/proto-check.ts';
import { protoPublish } from './commands/proto-publish.ts';
import { rebootCommand } from './commands/reboot.ts';
import { replayCommand } from './commands/replay.ts';
import { resetCommand } from './commands/reset.ts';
import { shutdownCommand } from './commands/shutdown.ts';
import { statusCommand } from './commands/status.ts';
import { supportCommand } from './commands/support.ts';
import { topCommand } from './commands/top.ts';
import { upCommand } from './commands/up.ts';
import { versionCommand } from './commands/version.ts';
import { witCheck } from './commands/wit-check.ts';
import { witPublish } from './commands/wit-publish.ts';
import { ExitStatus, exitStatuses, exitStatusOf } from './exit-status.ts';
import type { Terminal } from './output/terminal.ts';
import { writeError } from './output/write-error.ts';

/** Makes one subcommand; its file imports what is heavy only when it runs, so that the others start at once. */
export type CommandMaker = (terminal: Terminal) => Command;

/** The order in which help shows them: what is typed daily first. */
const headings = [
  'See nodes',
  'Operate nodes',
  'Local nodes',
  'Modules',
  'Who may',
  'Image and interfaces',
  'Find out',
  'This command',
] as const;
type Heading = (typeof headings)[number];

/** A noun and its verbs: `eft module inspect`. */
const groups: readonly {
  readonly name: string;
  readonly heading: Heading;
  readonly about: string;
  readonly verbs: readonly CommandMaker[];
  /** What the noun alone does, if it does anything: it adds options and an action. */
  readonly alone?: (terminal: Terminal, group: Command) => Command;
}[] = [
  {
    name: 'module',
    heading: 'Modules',
    about: 'make, build, test and sign modules, and see and replace those of nodes',
    verbs: [
      moduleNew,
      moduleBuild,
      moduleTest,
      moduleCall,
      moduleInspect,
      moduleSign,
      moduleVerify,
      moduleList,
      moduleShow,
      moduleDev,
      moduleSwap,
      moduleRollback,
      moduleHistory,
    ],
  },
  {
    name: 'key',
    heading: 'Modules',
    about: 'make keys, look at them, and say what they may sign',
    verbs: [keyNew, keyShow, keyScope],
  },
  {
    name: 'config',
    heading: 'Operate nodes',
    about: 'write, check and import the configuration of a machine, and give it to nodes',
    verbs: [
      configGen,
      configValidate,
      configImport,
      configApply,
      configConfirm,
      configDiff,
      configGet,
      configEdit,
      configPatch,
    ],
  },
  {
    name: 'context',
    heading: 'Who may',
    about: 'say which nodes there are, and who you are to them',
    verbs: [contextList, contextUse, contextShow, contextAdd, contextRemove],
  },
  {
    name: 'audit',
    heading: 'See nodes',
    about: 'show who has changed what on nodes, and what was refused',
    verbs: [auditVerify],
    alone: auditLog,
  },
  {
    name: 'blob',
    heading: 'Operate nodes',
    about: 'bring files to nodes, and fetch them',
    verbs: [blobPut, blobGet],
  },
  {
    name: 'operator',
    heading: 'Who may',
    about: 'make the keys and certificates of those who operate machines',
    verbs: [operatorNew, operatorRenew],
  },
  {
    name: 'firmware',
    heading: 'Image and interfaces',
    about: 'build the kernel of nodes',
    verbs: [firmwareBuild, firmwareRefresh],
  },
  {
    name: 'image',
    heading: 'Image and interfaces',
    about: 'build, verify and look into the image that nodes boot',
    verbs: [imageBuild, imageVerify, imageInspect, imageLock],
  },
  {
    name: 'wit',
    heading: 'Image and interfaces',
    about: 'compare the interfaces with the published ones, and publish them',
    verbs: [witCheck, witPublish],
  },
  {
    name: 'proto',
    heading: 'Image and interfaces',
    about: 'compare the messages of the API with the published ones, and publish them',
    verbs: [protoCheck, protoPublish],
  },
];

/** What has no noun but a file of its own. */
const commands: Readonly<Partial<Record<Heading, readonly CommandMaker[]>>> = {
  'See nodes': [
    versionCommand,
    getCommand,
    logsCommand,
    eventsCommand,
    dmesgCommand,
    metricsCommand,
    topCommand,
    dashboardCommand,
    graphCommand,
    exploreCommand,
    supportCommand,
  ],
  'Operate nodes': [operationCommand, rebootCommand, shutdownCommand, resetCommand],
  'Local nodes': [upCommand, statusCommand, consoleCommand, downCommand],
  'Find out': [replayCommand, fuzzCommand, benchCommand],
  'This command': [completionCommand],
};

/** The whole program, writing to `terminal`. It throws where commander would end the process. */
export function buildProgram(terminal: Terminal): Command {
  const program = new Command('eft').description(
    'An immutable, API-managed Linux userspace: build its modules, run its nodes.',
  );
  for (const heading of headings) {
    program.commandsGroup(`${heading}:`);
    for (const make of commands[heading] ?? []) program.addCommand(make(terminal));
    for (const { name, about, verbs, alone } of groups.filter((group) => group.heading === heading)) {
      const group = program.command(name).description(about);
      alone?.(terminal, group);
      for (const make of verbs) group.addCommand(make(terminal));
    }
  }
  program.addCommand(completeCommand(terminal), { hidden: true });
  program.commandsGroup('This command:').helpCommand('help [command]', 'show the help of a command');
  return settle(program, terminal);
}

/** Runs `eft` with these arguments, and gives its exit status. */
export async function runEft(commandLine: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await buildProgram(terminal).parseAsync([...commandLine], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitStatuses.done : exitStatuses.usage;
    if (error instanceof ExitStatus) return error.status;
    if (!(error instanceof EftError)) throw error;
    writeError(terminal.stderr, error);
    return exitStatusOf(error);
  }
}

/** Makes `command` and all below it write to `terminal`, throw instead of exit, and help after a mistake. */
function settle(command: Command, terminal: Terminal): Command {
  command
    .exitOverride()
    .showHelpAfterError('(add --help for what there is)')
    // A list of commands says what each is for; how it is called, its own help does.
    .configureHelp({ subcommandTerm: (child) => child.name() })
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
      getOutHelpWidth: () => terminal.stdout.columns ?? 100,
      getErrHelpWidth: () => terminal.stderr.columns ?? 100,
    });
  for (const child of command.commands) settle(child, terminal);
  return command;
}
