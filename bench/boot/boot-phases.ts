/** Makes phases of the lines that a guest says while it boots: what each cost in instructions of the whole guest. */
import type { Mark } from './counted-boot.ts';

/** A stretch of a boot; `begin` and `end` are instructions since the machine was switched on. */
export type Span = {
  readonly name: string;
  readonly by: 'kernel' | 'node' | 'phase' | 'module' | 'system';
  readonly begin: number;
  readonly end: number;
};

/** Something that a module said on the way. */
export type Step = { readonly module: string; readonly text: string; readonly at: number };

export type Boot = {
  /** One after the other, without a gap, but for those of modules, which lie within phases. */
  readonly spans: readonly Span[];
  readonly steps: readonly Step[];
  /** Instructions until it was ready. */
  readonly total: number;
};

/** A nanosecond of the guest's clock is one instruction while it is not idle: a millisecond is this many. */
const instructionsPerMs = 1e6;
/** The kernel's own stretches: each ends with such a line. */
const kernelStretches: readonly (readonly [name: string, end: RegExp])[] = [
  ['processor and memory', /^Freeing SMP alternatives/],
  ['drivers, to the verified root', /^device-mapper: verity: /],
  ['root and PID 1', /^Run \S+ as init/],
];

/** The boot of any guest: kernel, and everything after it. The last mark is the one with which the guest was ready. */
export function readBoot(marks: readonly Mark[]): Boot {
  const { spans, rest, begin } = kernelSpans(marks);
  const total = rest.at(-1)?.instructions ?? begin;
  return { spans: [...spans, { name: 'programs', by: 'system', begin, end: total }], steps: [], total };
}

/** The boot of a node, by the phases that PID 1 tells of (supervisor/phases/console.ts). */
export function readNodeBoot(marks: readonly Mark[]): Boot {
  const { spans, rest, begin } = kernelSpans(marks);
  const phases: Span[] = [];
  const steps: Step[] = [];
  let at = begin;
  for (const { line, instructions } of rest) {
    const phase = /^eft: [✓~✗] (?<name>\S+) +(?<took>[\d.]+) ms/.exec(line)?.groups;
    const step = /^eft: (?<module>[a-z0-9-]+) (?:info|warn|error): (?<text>.*)$/.exec(line)?.groups;
    if (step !== undefined) {
      const { module = '', text = '' } = step;
      steps.push({ module, text, at: instructions });
    }
    if (phase === undefined) continue;
    const { name = '', took } = phase;
    if (phases.length === 0) {
      // Nothing tells when PID 1 began: what its first phase took is known, and Node.js started in the time before.
      const start = Math.max(at, instructions - Number(took) * instructionsPerMs);
      phases.push({ name: 'Node.js and program', by: 'node', begin: at, end: start });
      at = start;
    }
    phases.push({ name, by: 'phase', begin: at, end: instructions });
    at = instructions;
  }
  const total = rest.at(-1)?.instructions ?? begin;
  const all = [...spans, ...phases];
  return { spans: [...all, ...moduleSpans(all, steps)], steps, total };
}

/** From when the modules are started, which is the phase `modules`, until each has said its last word. */
function moduleSpans(spans: readonly Span[], steps: readonly Step[]): readonly Span[] {
  const begin = spans.find(({ name, by }) => by === 'phase' && name === 'modules')?.begin;
  if (begin === undefined) return [];
  const modules = [...new Set(steps.map(({ module }) => module))].sort();
  return modules.map((name) => {
    const end = Math.max(...steps.filter(({ module }) => module === name).map(({ at }) => at));
    return { name, by: 'module', begin, end };
  });
}

function kernelSpans(marks: readonly Mark[]): {
  readonly spans: readonly Span[];
  readonly rest: readonly Mark[];
  readonly begin: number;
} {
  const spans: Span[] = [];
  let begin = 0;
  for (const [name, end] of kernelStretches) {
    const mark = marks.find(({ line }) => end.test(line));
    if (mark === undefined) throw new Error(`the kernel has not said ${end}`);
    spans.push({ name, by: 'kernel', begin, end: mark.instructions });
    begin = mark.instructions;
  }
  return { spans, rest: marks.filter(({ instructions }) => instructions > begin), begin };
}

/** The boot in the middle of several, by its total. */
export function medianBoot(boots: readonly Boot[]): Boot {
  const sorted = boots.toSorted((one, other) => one.total - other.total);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (middle === undefined) throw new Error('nothing was booted');
  return middle;
}

/** Instructions for a person: `5.44 G`, `71.2 M`. */
export function formatInstructions(count: number): string {
  if (count >= 1e9) return `${(count / 1e9).toFixed(2)} G`;
  return `${(count / 1e6).toFixed(count < 9.95e6 ? 1 : 0)} M`;
}
