/** `eft wit check`: says what the changes of the interfaces since they were published do to modules built against those. */
import { Command } from 'commander';
import { formatPlace } from '../../supervisor/errors/eft-error.ts';
import type { InterfaceChange, PackageComparison } from '../../wit/compatibility/compare-interfaces.ts';
import { paint, type Terminal, writeJson, writeLine } from '../output/terminal.ts';

/** Functions that are named for one change; more are counted. */
const shownPathsLimit = 3;

type CheckOptions = { readonly wit?: string; readonly json?: true };

export function witCheck(terminal: Terminal): Command {
  return new Command('check')
    .description('compare the interfaces in wit/ with the published ones, and say what breaks signed modules')
    .option(
      '--wit <FOLDER>',
      'the folder with the packages and with published/ (default: wit/ of this checkout)',
    )
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nEnds with 1 if a change breaks modules and the version of its package does not say so.\n\n' +
        'Examples:\n  eft wit check\n  eft wit check --json',
    )
    .action(async (options: CheckOptions) => {
      const { comparePublished, eftWit, readPublication, requireHonestVersions } = await import(
        '../toolchain/published-interfaces.ts'
      );
      const { adviceFor } = await import('../../wit/compatibility/advice.ts');
      const { wit } = options;
      const root = wit === undefined ? eftWit : { path: wit, shownAs: wit };
      const comparisons = await comparePublished(root);
      if (options.json) writeJson(terminal.stdout, { packages: comparisons });
      else {
        const { record } = readPublication(root);
        for (const comparison of comparisons) {
          const date = record.find((entry) => entry.package.startsWith(`${comparison.package}@`))?.date;
          show(terminal, comparison, date, adviceFor);
        }
      }
      requireHonestVersions(comparisons);
    });
}

function show(
  { stdout }: Terminal,
  comparison: PackageComparison,
  date: string | undefined,
  adviceFor: (change: InterfaceChange) => string,
): void {
  const { package: package_, published, current, isRaised, changes } = comparison;
  const name = paint(stdout, 'title', package_);
  if (published === undefined) {
    writeLine(stdout, `${name} ${current}: not published yet`);
    return;
  }
  const breaks = changes.filter(({ verdict }) => verdict === 'breaks').length;
  const count =
    changes.length === 0 ? 'no change' : changes.length === 1 ? '1 change' : `${changes.length} changes`;
  const versions = current === published ? published : `${published} → ${current ?? 'gone'}`;
  const broken = breaks === 0 ? '' : `, ${breaks} of them breaking${isRaised ? ', as the version says' : ''}`;
  writeLine(stdout, `${name} ${versions} (published ${date}): ${count} to what modules meet${broken}`);
  for (const change of changes) showChange(stdout, change, comparison, adviceFor(change));
}

function showChange(
  stdout: Terminal['stdout'],
  { verdict, change, subject, item, what, why, paths, place }: InterfaceChange,
  { isRaised, package: package_, versionForBreaks }: PackageComparison,
  advice: string,
): void {
  const isBreak = verdict === 'breaks';
  const mark = isBreak ? paint(stdout, 'bad', '✗') : paint(stdout, 'good', '✓');
  writeLine(stdout, `  ${mark} ${formatPlace(place)}: ${subject} ${change}: ${paint(stdout, 'name', item)}`);
  writeLine(stdout, `    ${isBreak ? 'breaks modules' : 'compatible'}: ${what}; ${why}`);
  if (paths.length > 0) {
    const more = paths.length - shownPathsLimit;
    const shown = paths.slice(0, shownPathsLimit).join(', ');
    writeLine(stdout, `    met in ${shown}${more > 0 ? ` and ${more} more` : ''}`);
  }
  if (isBreak && !isRaised) writeLine(stdout, `    → ${advice}, or raise ${package_} to ${versionForBreaks}`);
}
