/** Errors of the AssemblyScript compiler as one error for the person who must act. */
import { join } from 'node:path';
import { EftError, formatPlace, type Place } from '../../supervisor/errors/eft-error.ts';

export type CompilerFinding = {
  readonly isError: boolean;
  readonly code: number;
  readonly message: string;
  /** From the module's folder. */
  readonly path: string | undefined;
  /** The character in the file, counted from 0. */
  readonly offset: number | undefined;
};

/** How many errors are told at once. */
const shownErrorsLimit = 10;

/** TypeScript's number for "Module '{0}' has no exported member '{1}'". */
const noExportedMember = 2305;

const bindingsFolder = 'assembly/bindings/';

/** The first of `errors` with its place; the others are named after it. */
export function foldFindings(
  errors: readonly CompilerFinding[],
  folder: string,
  sources: ReadonlyMap<string, string>,
  placeOf: (path: string | undefined, offset: number | undefined) => Place,
): EftError {
  const [first, ...rest] = errors;
  if (first === undefined) throw new Error('there is no finding to tell');
  const missing = missingFunction(first);
  if (missing !== undefined) {
    const file = join(folder, `${missing.module}.ts`);
    return EftError.of(
      'build.function-missing',
      { name: missing.name, interface: missing.bindings },
      { place: { file } },
    );
  }
  const tell = (finding: CompilerFinding) => {
    const place = formatPlace(placeOf(finding.path, finding.offset));
    return `${place}: ${explain(finding, sources)}`;
  };
  const shown = rest.slice(0, shownErrorsLimit).map((finding) => `\n    ${tell(finding)}`);
  const hidden = rest.length - shown.length;
  const more =
    rest.length === 0
      ? 'there is no other error'
      : `the other errors:${shown.join('')}${hidden > 0 ? `\n    and ${hidden} more` : ''}`;
  return EftError.of(
    'build.compile',
    { message: explain(first, sources), more },
    { place: placeOf(first.path, first.offset) },
  );
}

/** An error in the bindings is one of the author's function that they call: the line of the call says which. */
function explain(finding: CompilerFinding, sources: ReadonlyMap<string, string>): string {
  const message = withPlainNames(finding.message.replace(/\.$/, ''));
  const { path, offset } = finding;
  if (path?.startsWith(bindingsFolder) !== true || offset === undefined) return message;
  const text = sources.get(path) ?? '';
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const line = text.slice(start).split('\n', 1)[0]?.trim() ?? '';
  return `${message}, where the bindings call your function: \`${line}\``;
}

/** The compiler's full names as people write them: `~lib/string/String` is `String`. */
function withPlainNames(message: string): string {
  return message.replaceAll(/(?:~lib|assembly)\/(?:[\w-]+\/)*(\w+)/g, '$1');
}

function missingFunction(
  finding: CompilerFinding,
): { readonly module: string; readonly name: string; readonly bindings: string } | undefined {
  if (finding.code !== noExportedMember || finding.path?.startsWith(bindingsFolder) !== true)
    return undefined;
  const match = /^Module '(assembly\/[^']+)' has no exported member '([^']+)'/.exec(finding.message);
  const [, module, name] = match ?? [];
  if (module === undefined || name === undefined) return undefined;
  return { module, name, bindings: finding.path };
}
