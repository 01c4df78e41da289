/**
 * Where a problem is that wit-parser reports without a place.
 *
 * A syntax error: the parser reads from left to right, so the shortest beginning of the file that already gives the same message
 * ends with the offending word. It is found by halving: a dozen runs of the parser. Any other problem names something
 * in backticks or quotes: its first mention in the texts is the place.
 */
import type { Place } from '../../supervisor/errors/eft-error.ts';
import { ComponentToolError, emptyCoreModule, runComponentTool } from './component-tools.ts';
import type { WitFile } from './doc-comments.ts';
import { tokenizeWit } from './wit-tokens.ts';

const syntaxProblem = /^(expected |unexpected |invalid |unterminated |emoji|`?input contains|found )/i;

/** What the parser says about `text` when it stands alone: undefined when nothing, or nothing of syntax. */
async function syntaxProblemOf(text: string): Promise<string | undefined> {
  try {
    await runComponentTool({ operation: 'embed', core: emptyCoreModule, wit: text, world: 'none' });
    return undefined;
  } catch (error) {
    if (!(error instanceof ComponentToolError)) throw error;
    return syntaxProblem.test(error.message) ? error.message : undefined;
  }
}

/** The place of the syntax error in `file`, and the parser's words. Undefined when its syntax is right. */
export async function findSyntaxError(
  file: WitFile,
): Promise<{ readonly problem: string; readonly place: Place } | undefined> {
  const problem = await syntaxProblemOf(file.text);
  if (problem === undefined) return undefined;
  let good = 0;
  let bad = file.text.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if ((await syntaxProblemOf(file.text.slice(0, middle))) === problem) bad = middle;
    else good = middle;
  }
  const tokens = tokenizeWit(file.text.slice(0, bad));
  const token = tokens.at(-1);
  if (token === undefined) return { problem, place: { file: file.path } };
  return { problem, place: { file: file.path, line: token.line, column: token.column } };
}

/** The first mention in `files` of what `problem` names, the last files (the module's own) first. */
export function findMention(problem: string, files: readonly WitFile[]): Place {
  const names = [...problem.matchAll(/[`']([^`']+)[`']/g)].map((match) => match[1] ?? '');
  const withoutVersions = names.map((name) => name.replace(/@.*$/, ''));
  for (const name of [...names, ...withoutVersions]) {
    const wanted = tokenizeWit(name).map((token) => token.text);
    for (const file of files.toReversed()) {
      const tokens = tokenizeWit(file.text);
      const at = tokens.findIndex((_, index) =>
        wanted.every((text, offset) => tokens[index + offset]?.text === text),
      );
      const token = tokens[at];
      if (token !== undefined) return { file: file.path, line: token.line, column: token.column };
    }
  }
  const own = files.at(-1);
  return own === undefined ? {} : { file: own.path };
}
