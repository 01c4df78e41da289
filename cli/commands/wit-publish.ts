/** `eft wit publish`: takes the interfaces in `wit/` as published: what signed modules may count on from now on. */
import { Command, InvalidArgumentError } from 'commander';
import { paint, type Terminal, writeJson, writeLine } from '../output/terminal.ts';

type PublishOptions = {
  readonly wit?: string;
  readonly date?: string;
  readonly replace?: true;
  readonly json?: true;
};

export function witPublish(terminal: Terminal): Command {
  return new Command('publish')
    .description('keep the interfaces in wit/ as those that `eft wit check` compares with')
    .option('--wit <FOLDER>', 'the folder with the packages (default: wit/ of this checkout)')
    .option('--date <DAY>', 'the day of publication, 2026-11-23 (default: today, in UTC)', readDay)
    .option('--replace', 'take back what was published: for the time before anyone has built against it')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nRefused if `eft wit check` is not content. Commit the folder that it writes.\n\n' +
        'Examples:\n  eft wit publish\n  eft wit publish --replace',
    )
    .action(async (options: PublishOptions) => {
      const { comparePublished, eftWit, hasPublished, publish, requireHonestVersions } = await import(
        '../toolchain/published-interfaces.ts'
      );
      const { wit } = options;
      const root = wit === undefined ? eftWit : { path: wit, shownAs: wit };
      if (hasPublished(root) && !options.replace) requireHonestVersions(await comparePublished(root));
      const record = await publish(root, options.date ?? new Date().toISOString().slice(0, 10));
      if (options.json) {
        writeJson(terminal.stdout, { published: record });
        return;
      }
      for (const entry of record) {
        const mark = paint(terminal.stdout, 'good', '✓');
        writeLine(terminal.stdout, `${mark} ${entry.package}, published ${entry.date}`);
      }
    });
}

function readDay(text: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(Date.parse(text)))
    throw new InvalidArgumentError('It must be a day such as 2026-11-23.');
  return text;
}
