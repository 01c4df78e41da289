/**
 * A guide as something to carry out: the files that its Markdown shows, and the commands with what they print.
 *
 *   ```wit title=beacon/world.wit     a file to write, by its path from the folder in which the guide begins
 *   ```console                        commands: a line after `$ ` (with its continuations after a backslash), then the output
 *
 * In an output, `…` stands for any text within a line, and a line of nothing but `…` for any number of lines. A command must
 * succeed, unless its output shows an error (`error[`): then it must end with 1.
 */
export type GuideStep =
  | { readonly kind: 'file'; readonly path: string; readonly text: string; readonly line: number }
  | { readonly kind: 'command'; readonly command: string; readonly output: string; readonly line: number };

/** The steps of the guide, in order. Other fenced blocks are left alone. Lines count from 1. */
export function readGuide(markdown: string): readonly GuideStep[] {
  const steps: GuideStep[] = [];
  let block: { readonly info: string; readonly line: number; readonly lines: string[] } | undefined;
  for (const [index, line] of markdown.split('\n').entries()) {
    if (!line.startsWith('```')) block?.lines.push(line);
    else if (block === undefined) block = { info: line.slice(3).trim(), line: index + 1, lines: [] };
    else {
      steps.push(...readBlock(block.info, block.lines, block.line));
      block = undefined;
    }
  }
  if (block !== undefined) throw new Error(`the block in line ${block.line} does not end`);
  return steps;
}

function readBlock(info: string, lines: readonly string[], line: number): readonly GuideStep[] {
  const path = /\btitle=(\S+)/.exec(info)?.[1];
  if (path !== undefined) return [{ kind: 'file', path, text: `${lines.join('\n')}\n`, line }];
  return info === 'console' ? readConsole(lines, line + 1) : [];
}

function readConsole(lines: readonly string[], firstLine: number): readonly GuideStep[] {
  const steps: { kind: 'command'; command: string; output: string; line: number }[] = [];
  for (const [index, line] of lines.entries()) {
    const last = steps.at(-1);
    if (line.startsWith('$ '))
      steps.push({ kind: 'command', command: line.slice(2), output: '', line: firstLine + index });
    else if (last === undefined) throw new Error(`line ${firstLine + index} is output of no command`);
    else if (last.output === '' && last.command.endsWith('\\')) last.command += `\n${line}`;
    else last.output += `${line}\n`;
  }
  return steps;
}

/** Whether a command printed what the guide shows. */
export function isShownOutput(shown: string, printed: string): boolean {
  const lines = shown.split('\n').slice(0, -1);
  const pattern = lines.map((line) =>
    line === '…' ? '(?:.*\\n)*?' : `${line.split('…').map(escapeForPattern).join('.+')}\\n`,
  );
  return new RegExp(`^${pattern.join('')}$`).test(printed);
}

function escapeForPattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
