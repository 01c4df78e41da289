/** The options of every command that shows what nodes tell line by line. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { addNodeOptions } from '../api/node-target.ts';
import { addFormOptions } from '../output/form.ts';

/** Lines that `--tail` may ask for. */
const tailLimit = 1_000_000;

export function addLineOptions(command: Command): Command {
  const counted = new Option('--tail <N>', 'of what is there, the last so many lines only').argParser(
    readCount,
  );
  const followed = command.option('-f, --follow', 'go on as lines come, until Ctrl-C').addOption(counted);
  return addFormOptions(addNodeOptions(followed), 'print one JSON object a line');
}

/** A whole number from 1. */
export function readCount(text: string): number {
  const count = Number(text);
  if (/^[1-9][0-9]*$/.test(text) && count <= tailLimit) return count;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${tailLimit}.`);
}
