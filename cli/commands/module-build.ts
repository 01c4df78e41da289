/** `eft module build`: makes modules of their folders. They are not signed yet; `eft module sign` does that. */
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { Command } from 'commander';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { writeOutput } from '../files.ts';
import { formatBytes } from '../output/bar-chart.ts';
import { paint, type Terminal, writeJson, writeLine } from '../output/terminal.ts';
import type { BuildStep } from '../toolchain/build-module.ts';

type BuildCommandOptions = {
  readonly all?: true;
  readonly output?: string;
  readonly checkBindings?: true;
  readonly json?: true;
};

/** What `--json` says of one module. Sizes in bytes. */
type Report = {
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  readonly file: string;
  readonly size: number;
  readonly coreSize: number;
  readonly componentSize: number;
  readonly milliseconds: number;
  readonly changedBindings: readonly string[];
  readonly warnings: readonly string[];
};

/** Where modules go when nothing else is said, from the current directory. */
const outputFolder = 'build/modules';

export function moduleBuild(terminal: Terminal): Command {
  return new Command('build')
    .description('build modules of their folders: bindings from the WIT, AssemblyScript, component, manifest')
    .argument('[FOLDER...]', 'folders with module.yaml, world.wit and assembly/')
    .option('--all', 'build every module of this checkout')
    .option('--output <FILE>', `write the module here instead of to ${outputFolder}/NAME-VERSION.wasm`)
    .option('--check-bindings', 'build nothing; fail if assembly/bindings is not what the WIT says')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  eft module build modules/health\n  eft module build --all\n' +
        '  eft module build modules/health --output health.wasm --json',
    )
    .action(async (named: readonly string[], options: BuildCommandOptions, command: Command) => {
      const folders = [...named, ...(options.all ? allModules() : [])];
      if (folders.length === 0) command.error('error: name a folder, or give --all', { exitCode: 2 });
      if (options.output !== undefined && folders.length > 1) {
        command.error('error: --output takes one folder', { exitCode: 2 });
      }
      const { stdout } = terminal;
      if (options.checkBindings) {
        for (const folder of folders) await checkOne(folder);
        if (options.json) writeJson(stdout, { upToDate: folders });
        else
          writeLine(
            stdout,
            `${paint(stdout, 'good', '✓')} the bindings of ${folders.join(', ')} are up to date`,
          );
        return;
      }
      const reports: Report[] = [];
      for (const folder of folders) {
        const report = await buildOne(folder, options.output, terminal);
        if (!options.json) show(terminal, report);
        reports.push(report);
      }
      if (options.json) writeJson(stdout, { modules: reports });
    });
}

/** The folders of all modules of this checkout, as seen from the current directory. */
function allModules(): readonly string[] {
  const root = join(import.meta.dirname, '../../modules');
  return readdirSync(root)
    .sort()
    .map((name) => join(root, name))
    .filter((folder) => existsSync(join(folder, 'module.yaml')))
    .map((folder) => relative(process.cwd(), folder));
}

async function checkOne(folder: string): Promise<void> {
  const { checkBindings } = await import('../toolchain/build-module.ts');
  const { outdated, stale } = (await checkBindings(folder)).changes;
  if (outdated.length + stale.length === 0) return;
  const files = [...outdated, ...stale].join(', ');
  throw EftError.of(
    'build.bindings-outdated',
    { files, folder },
    { place: { file: join(folder, 'assembly/bindings') } },
  );
}

async function buildOne(folder: string, output: string | undefined, terminal: Terminal): Promise<Report> {
  const { buildModule } = await import('../toolchain/build-module.ts');
  const start = performance.now();
  const built = await buildModule(folder, { onStep: (step) => tell(terminal, folder, step) });
  const { name, version } = built.manifest;
  const file = output ?? join(outputFolder, `${name}-${version}.wasm`);
  mkdirSync(dirname(file), { recursive: true });
  writeOutput(file, built.module);
  return {
    folder,
    name,
    version,
    file,
    size: built.module.length,
    coreSize: built.core.length,
    componentSize: built.component.length,
    milliseconds: Math.round(performance.now() - start),
    changedBindings: [...built.bindings.outdated, ...built.bindings.stale],
    warnings: built.warnings,
  };
}

const stepNames: Readonly<Record<BuildStep, string>> = {
  resolve: 'resolving the WIT',
  bindings: 'writing bindings',
  compile: 'compiling AssemblyScript',
  componentize: 'making the component',
};

function tell({ stderr }: Terminal, folder: string, step: BuildStep): void {
  writeLine(stderr, paint(stderr, 'faint', `${folder}: ${stepNames[step]}`));
}

function show({ stdout, stderr }: Terminal, report: Report): void {
  for (const warning of report.warnings) writeLine(stderr, `warning: ${warning}`);
  const title = paint(stdout, 'title', `${report.name} ${report.version}`);
  const sizes = `${formatBytes(report.size)} (core ${formatBytes(report.coreSize)})`;
  writeLine(
    stdout,
    `${paint(stdout, 'good', '✓')} ${title}  ${sizes}  ${report.milliseconds} ms  ${report.file}`,
  );
  if (report.changedBindings.length > 0) {
    writeLine(stdout, `  bindings changed: ${report.changedBindings.join(', ')}`);
  }
}
