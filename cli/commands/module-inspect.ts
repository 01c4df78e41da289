/** `eft module inspect`: says what a module file says of itself. Nothing is verified; `eft module verify` does that. */
import { createHash } from 'node:crypto';
import { Command } from 'commander';
import { visibleText } from '../../supervisor/document/visible-text.ts';
import { surfaceOf } from '../../supervisor/manifest/authority.ts';
import type { Grant } from '../../supervisor/manifest/grants.ts';
import type { Manifest } from '../../supervisor/manifest/manifest.ts';
import { withoutVersion } from '../../supervisor/manifest/names.ts';
import type { ModuleContent } from '../../supervisor/trust/module-file.ts';
import {
  type ModuleSections,
  manifestSection,
  maximumModuleBytes,
  signatureSection,
} from '../../supervisor/trust/module-sections.ts';
import { readInput } from '../files.ts';
import { type Bar, formatBars, formatBytes } from '../output/bar-chart.ts';
import { formatTable } from '../output/table.ts';
import { type OutputStream, paint, type Terminal, writeJson, writeLine } from '../output/terminal.ts';

export function moduleInspect(terminal: Terminal): Command {
  return new Command('inspect')
    .description('show what a module is, what it may do and why, and who signed it (without verifying it)')
    .argument('<FILE>', 'a module, signed or not')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  eft module inspect network.wasm\n  eft module inspect network.wasm --json',
    )
    .action(async (file: string, options: { readonly json?: true }) => {
      const { readModule } = await import('../../supervisor/trust/module-file.ts');
      const bytes = readInput(file, maximumModuleBytes);
      const module = readModule(bytes, file);
      const fileDigest = createHash('sha256').update(bytes).digest('hex');
      if (options.json) writeJson(terminal.stdout, describe(module, bytes.length, fileDigest));
      else show(terminal.stdout, module, bytes.length, fileDigest);
    });
}

/** One imported interface: its functions, what the manifest makes of it, and the manifest's reason. */
type Import = {
  readonly interface: string;
  readonly functions: readonly string[];
  readonly as: string;
  readonly reason: string | undefined;
};

function describe(
  module: ModuleContent,
  size: number,
  fileDigest: string,
): Readonly<Record<string, unknown>> {
  return {
    manifest: module.manifest,
    digest: module.digest,
    fileDigest,
    size,
    imports: importsOf(module).map(({ reason, ...rest }) => ({ ...rest, reason: reason ?? null })),
    exports: [...module.definition.world.exports.keys()],
    parts: partsOf(module.sections),
    signers: module.signatures.map(({ kid }) => kid),
  };
}

function show(stdout: OutputStream, module: ModuleContent, size: number, fileDigest: string): void {
  const { manifest } = module;
  writeLine(
    stdout,
    `${paint(stdout, 'title', `${manifest.name} ${manifest.version}`)}  ${visibleText(manifest.description)}`,
  );
  writeLine(stdout);
  for (const [label, value] of factsOf(module, size, fileDigest)) {
    writeLine(stdout, `${paint(stdout, 'faint', label.padEnd(18))}${visibleText(value)}`);
  }
  const imports = importsOf(module).map((entry) => [
    paint(stdout, 'name', visibleText(entry.interface)),
    entry.as,
    visibleText(entry.functions.join(', ')) || '(types only)',
    entry.reason === undefined
      ? paint(stdout, 'bad', 'no reason: the manifest does not list it')
      : visibleText(entry.reason),
  ]);
  section(stdout, ['IMPORT', 'AS', 'FUNCTIONS', 'REASON'], imports);
  const parameters = manifest.grants.flatMap(parametersOf);
  if (parameters.length > 0) section(stdout, ['GRANT', 'WHAT EXACTLY'], parameters);
  writeLine(stdout);
  writeLine(stdout, paint(stdout, 'title', 'SIZE'));
  for (const line of formatBars(partsOf(module.sections))) writeLine(stdout, line);
  writeLine(stdout);
  writeLine(stdout, paint(stdout, 'title', 'SIGNERS (not verified)'));
  if (module.signatures.length === 0)
    writeLine(stdout, paint(stdout, 'bad', 'none: the module is not signed'));
  for (const { kid } of module.signatures) writeLine(stdout, visibleText(kid));
}

function factsOf(
  { manifest, digest, definition }: ModuleContent,
  size: number,
  fileDigest: string,
): readonly (readonly [string, string])[] {
  const { limits, restart, savedState } = manifest;
  return [
    ['world', manifest.world],
    ['security version', String(manifest.securityVersion)],
    ['digest', `${digest} (of what is signed)`],
    ['file', `${fileDigest} (sha256sum), ${formatBytes(size)}`],
    ['exports', [...definition.world.exports.keys()].join(', ')],
    ['memory', `at most ${limits.memoryPages} pages (${formatBytes(limits.memoryPages * 65_536)})`],
    ['an event', `at most ${limits.eventMilliseconds} ms; ${limits.queuedEvents} may wait`],
    [
      'restart',
      `after ${restart.initialMilliseconds} ms, doubling to ${restart.maximumMilliseconds} ms; ` +
        `stays down after ${restart.quarantineAfter} failures in a row`,
    ],
    ['saved state', `writes format ${savedState.writes}, reads ${savedState.reads.join(', ')}`],
    ['isolation', manifest.isolation],
  ];
}

function importsOf({ manifest, definition }: ModuleContent): readonly Import[] {
  return [...surfaceOf(definition.world).imports].map(([name, functions]) => {
    const plain = withoutVersion(name);
    const grant = manifest.grants.find((candidate) => candidate.interface === plain);
    if (grant !== undefined) return { interface: name, functions, as: 'grant', reason: grant.reason };
    const { roles, reasons } = kindsOf(manifest, plain);
    if (roles.length > 0)
      return { interface: name, functions, as: roles.join(' + '), reason: reasons.join('; ') };
    if (functions.length === 0)
      return { interface: name, functions, as: 'types', reason: 'types of the others' };
    return { interface: name, functions, as: '-', reason: undefined };
  });
}

function kindsOf(
  { inputs, outputs }: Manifest,
  kind: string,
): { readonly roles: readonly string[]; readonly reasons: readonly string[] } {
  const input = inputs.filter((candidate) => candidate.kind === kind);
  const output = outputs.filter((candidate) => candidate.kind === kind);
  return {
    roles: [...input.map(() => 'input'), ...output.map(({ mode }) => `${mode} output`)],
    reasons: [...input, ...output].map(({ reason }) => reason),
  };
}

function parametersOf(grant: Grant): readonly (readonly [string, string])[] {
  if (grant.interface !== 'eft:host/files') return [];
  const deadline = grant.deadlineMilliseconds;
  return [
    ...grant.directories.map(
      ({ name, path, access }) =>
        [grant.interface, visibleText(`${name}/ is ${path}, to ${access}`)] as const,
    ),
    ...(deadline === undefined ? [] : [[grant.interface, `a call may take ${deadline} ms`] as const]),
  ];
}

function partsOf({ all }: ModuleSections): readonly Bar[] {
  const parts = new Map<string, number>();
  for (const { id, name, start, end } of all) {
    const label = partName(id, name);
    parts.set(label, (parts.get(label) ?? 0) + end - start);
  }
  return [...parts].map(([label, bytes]) => ({ label, bytes }));
}

function partName(id: number, name: string | undefined): string {
  if (name === manifestSection) return 'manifest';
  if (name === signatureSection) return 'signatures';
  if (name !== undefined) return 'other custom sections';
  return id === 1 ? 'code' : 'types and wiring';
}

function section(
  stdout: OutputStream,
  titles: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  writeLine(stdout);
  const columns = titles.map((title) => ({ title }));
  for (const line of formatTable(columns, rows, (title) => paint(stdout, 'title', title)))
    writeLine(stdout, line);
}
