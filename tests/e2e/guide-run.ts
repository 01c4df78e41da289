/** Carries out a guide as a newcomer does: in an empty folder outside the repository, with `eft` on the path. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { type GuideStep, isShownOutput, readGuide } from './guide.ts';

const root = join(import.meta.dirname, '../..');

/** The steps of a document, by its path below `docs/`. */
export function stepsOf(document: string): readonly GuideStep[] {
  return readGuide(readFileSync(join(root, 'docs', document), 'utf8'));
}

export class GuideRun {
  readonly #folder = mkdtempSync(join(tmpdir(), 'eft-guide-'));
  readonly #programs = mkdtempSync(join(tmpdir(), 'eft-programs-'));

  constructor() {
    symlinkSync(join(root, 'cli/eft.mjs'), join(this.#programs, 'eft'));
  }

  writeFiles(steps: readonly GuideStep[]): void {
    for (const step of steps) {
      if (step.kind !== 'file') continue;
      const path = join(this.#folder, step.path);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, step.text);
    }
  }

  /** Runs one command in a shell. Both streams go into one pipe, as they go onto one screen. Its clusters and contexts are its own. */
  run(command: string): { readonly status: number | null; readonly printed: string } {
    const { FORCE_COLOR: _color, ...environment } = process.env;
    const shell = spawnSync('bash', ['-c', `exec 2>&1\n${command}`], {
      cwd: this.#folder,
      encoding: 'utf8',
      env: {
        ...environment,
        NO_COLOR: '1',
        EFT_HOME: join(this.#programs, 'home'),
        PATH: `${this.#programs}:${process.env['PATH']}`,
      },
    });
    return { status: shell.status, printed: shell.stdout };
  }

  /** `fill` puts into a command, and into what it prints, what only this machine knows. */
  carryOut(
    document: string,
    steps: readonly GuideStep[],
    fill: (text: string) => string = (text) => text,
  ): void {
    for (const step of steps) {
      const where = `docs/${document}:${step.line}`;
      if (step.kind === 'file') {
        this.writeFiles([step]);
        continue;
      }
      const { status, printed } = this.run(fill(step.command));
      // The comparison that failed is shown as the difference of two texts.
      const output = fill(step.output);
      if (!isShownOutput(output, printed)) expect(printed, `${where}: ${step.command}`).toBe(output);
      expect(status, `${where}: ${step.command}`).toBe(expectedStatus(output));
    }
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
    rmSync(this.#programs, { recursive: true });
  }
}

/** Commands succeed, but for those that show an error; a node's refusal has a status of its own (cli/exit-status.ts). */
function expectedStatus(output: string): number {
  if (output.includes('error[client.denied]')) return 6;
  if (/error\[client\.(?:fingerprint|unreachable)\]/.test(output)) return 5;
  return output.includes('error[') ? 1 : 0;
}
