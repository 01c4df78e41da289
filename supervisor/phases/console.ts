/**
 * What PID 1 tells a person at the console: phases with their times, what modules log, and at the end what came of the boot. Every
 * line also goes to the kernel log, which outlives the process in pstore and is what a remote reader will be shown.
 *
 * The danger: lines of modules are not to be trusted, and a terminal obeys control characters. They are made visible, not obeyed.
 */
import { openSync, writeSync } from 'node:fs';
import type { LogLine } from '../cells/module-events.ts';
import type { PhaseReport } from './phase.ts';

/** Where console lines go; a line has no line feed. */
export type Console = {
  readonly write: (line: string, level?: KernelLogLevel) => void;
};

/** Levels of the kernel log (include/linux/kern_levels.h). */
export const kernelLogLevels = { error: 3, warning: 4, notice: 5, information: 6, debug: 7 } as const;
export type KernelLogLevel = keyof typeof kernelLogLevels;

/** Bytes of a line in the kernel log; it cuts what is longer (LOG_LINE_MAX of kernel/printk). */
const kernelLineLimit = 900;

/** LOG_DAEMON of syslog(3), which keeps the lines apart from those of the kernel itself. */
const facility = 3 << 3;

/**
 * The console of a machine is the kernel log: what is written there shows on the console, once, with the kernel's own time. In a
 * namespace it is standard output, with `now` since the boot began.
 */
export function openConsole(isKernelLog: boolean, secondsSinceStart: () => number): Console {
  if (isKernelLog) {
    try {
      const file = openSync('/dev/kmsg', 'w');
      return {
        write: (line, level = 'notice') => {
          const text = Buffer.from(line).subarray(0, kernelLineLimit);
          attempt(() => writeSync(file, `<${facility | kernelLogLevels[level]}>eft: ${text}\n`));
        },
      };
    } catch {
      // No /dev/kmsg: standard output is the console that the kernel has opened for PID 1.
    }
  }
  return {
    write: (line) => {
      attempt(() => writeSync(1, `[${secondsSinceStart().toFixed(3).padStart(9)}] ${line}\n`));
    },
  };
}

/** A console that cannot be written to must not be what ends a node. */
function attempt(write: () => void): void {
  try {
    write();
  } catch {
    // There is nobody to tell.
  }
}

/** A phase for the console, or undefined while it has only begun. */
export function phaseLine({ name, value }: PhaseReport): string | undefined {
  if (value.state === 'running' || value.took === undefined) return undefined;
  const sign = { done: '✓', partly: '~', failed: '✗' }[value.state];
  const took = `${(Number(value.took) / 1e6).toFixed(1)} ms`.padStart(10);
  const message = value.message === '' ? '' : `  ${visible(value.message)}`;
  return `${sign} ${name.padEnd(16)}${took}${message}`;
}

/** A line that a module has logged. */
export function moduleLine(module: string, { level, message, fields }: LogLine): string {
  const values = fields.map(({ name, value }) => ` ${visible(name)}=${quoted(value)}`).join('');
  return `${module} ${level}: ${visible(message)}${values}`;
}

/** The level of the kernel log for a line of a module. */
export function kernelLevel({ level }: LogLine): KernelLogLevel {
  return ({ trace: 'debug', debug: 'debug', info: 'information', warn: 'warning', error: 'error' } as const)[
    level
  ];
}

function quoted(value: string): string {
  return /^[\p{Letter}\p{Number}_./:@%+,-]+$/u.test(value) ? value : JSON.stringify(visible(value));
}

/** Control characters, and what would turn the direction of text, as their code points. */
export function visible(text: string): string {
  return text.replaceAll(
    /[\p{Control}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `<${(character.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}>`,
  );
}
