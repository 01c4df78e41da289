/**
 * The kernel command line as parameters: words between spaces, where double quotes hold spaces together (the kernel's
 * admin-guide/kernel-parameters; lib/cmdline.c, next_arg).
 */

/** `name=value`, or a word alone, whose value is undefined. Names are as they stand there. */
export type KernelParameter = { readonly name: string; readonly value: string | undefined };

/** Characters of a command line that are looked at: COMMAND_LINE_SIZE of the kernel is 2,048 on amd64, and 4 KiB of bootconfig may follow. */
export const maximumCommandLine = 64 * 1024;

/** Splits a command line into its parameters, in their order. A quote that is never closed ends with the line. */
export function splitCommandLine(line: string): readonly KernelParameter[] {
  const words: readonly string[] =
    line.slice(0, maximumCommandLine).match(/(?:"[^"]*(?:"|$)|[^\s"])+/g) ?? [];
  // After `--` come the arguments of PID 1 (init/main.c).
  const end = words.indexOf('--');
  return (end === -1 ? words : words.slice(0, end)).map((word) => {
    const at = word.indexOf('=');
    const isQuotedWhole = word.startsWith('"');
    const text = isQuotedWhole ? unquoted(word) : word;
    const split = isQuotedWhole ? text.indexOf('=') : at;
    if (split === -1) return { name: text, value: undefined };
    return { name: text.slice(0, split), value: unquoted(text.slice(split + 1)) };
  });
}

function unquoted(text: string): string {
  return text.replace(/^"/, '').replace(/"$/, '');
}
