/** A cluster of local nodes as a person has it, by the `eft` command alone, for tests of what nodes do. Root only. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export type Run = { readonly status: number | null; readonly out: string; readonly err: string };

/** One cluster with a home of its own. */
export class LocalCluster {
  /** Where everything of it is; tests may put files there. */
  readonly home = mkdtempSync(join(tmpdir(), 'eft-cluster-'));
  readonly name: string;
  readonly #image: string;

  constructor(name: string, image: string) {
    this.name = name;
    this.#image = image;
  }

  /** What programs that talk to the cluster have to know. */
  get environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      EFT_HOME: join(this.home, 'eft'),
      EFT_CONFIG: join(this.home, 'contexts.yaml'),
      NO_COLOR: '1',
    };
  }

  eft(...parameters: readonly string[]): Run {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['cli/main.ts', ...parameters], {
      cwd: root,
      encoding: 'utf8',
      env: this.environment,
    });
    return { status, out: stdout, err: stderr };
  }

  up(...parameters: readonly string[]): Run {
    return this.eft('up', '--name', this.name, '--image', this.#image, ...parameters);
  }

  down(): Run {
    return this.eft('down', '--name', this.name);
  }

  /** The name of the node with this number, from 1. */
  node(number: number): string {
    return `${this.name}-${number}`;
  }

  /** What a node has said. */
  console(number = 1): string {
    return this.eft('console', this.node(number), '--name', this.name).out;
  }

  /** The nodes as `eft status` has them. */
  status(): unknown {
    return JSON.parse(this.eft('status', '--name', this.name, '--json').out);
  }

  /** Takes everything away. */
  remove(): void {
    this.down();
    rmSync(this.home, { recursive: true, force: true });
  }
}
