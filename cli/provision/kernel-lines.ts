/**
 * What a person wants to see of a kernel's start: of its several hundred lines those about what this system stands on. All of them are on the
 * console, and when the kernel dies, everything from there on is shown.
 */

/** Which kernel, what it restrains, the verified root, and the first program. */
const worthShowing =
  /\] (?:Linux version |Kernel is locked down|landlock: Up|device-mapper: verity|device-mapper: ioctl: dm-|VFS: Mounted root)/;
const dying =
  /\] (?:Kernel panic|BUG:|Oops|VFS: (?:Cannot|Unable)|device-mapper: (?:init: |table: ).*(?:error|failed|can't))/i;
const over = /\] Run \S+ as init process/;

/** Gives for each line of a console, in their order, the lines to show for it. */
export function shortenKernelLines(): (line: string) => readonly string[] {
  let isOver = false;
  let hidden = 0;
  return (line) => {
    if (isOver) return [line];
    if (dying.test(line)) {
      isOver = true;
      return [line];
    }
    if (over.test(line)) {
      isOver = true;
      return [`${timeOf(line)}… and ${hidden} more lines of the kernel`, line];
    }
    if (worthShowing.test(line)) return [line.replace(/(Linux version \S+) .*/, '$1')];
    hidden += 1;
    return [];
  };
}

/** `[    1.234567] `. */
function timeOf(line: string): string {
  return /^\[[^\]]*\] /.exec(line)?.[0] ?? '';
}
