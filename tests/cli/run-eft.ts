/** Runs `eft` in this process with a context of fake nodes, and keeps what it writes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { addContext, type Context } from '../../cli/api/contexts.ts';
import { runEft } from '../../cli/program.ts';
import type { Authority } from '../../supervisor/pki/authority.ts';
import { newTestAuthority, testContext } from './credentials.ts';
import { FakeNode } from './fake-node.ts';

export type EftRun = { readonly status: number; readonly out: string; readonly err: string };

class Kept extends Writable {
  text = '';

  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}

/** Some fake nodes, a folder, and a file of contexts in it with the context `lab`. */
export class FakeCluster {
  readonly folder = mkdtempSync(join(tmpdir(), 'eft-fake-'));
  readonly authority: Authority;
  readonly nodes: readonly FakeNode[];
  readonly context: Context;
  readonly #before = process.env['EFT_CONFIG'];

  private constructor(authority: Authority, nodes: readonly FakeNode[], context: Context) {
    this.authority = authority;
    this.nodes = nodes;
    this.context = context;
    process.env['EFT_CONFIG'] = this.config;
    addContext(context);
  }

  /** The file of contexts. */
  get config(): string {
    return join(this.folder, 'contexts.yaml');
  }

  static async start(count: number): Promise<FakeCluster> {
    const authority = await newTestAuthority();
    const names = Array.from({ length: count }, (_, index) => `lab-${index + 1}`);
    const nodes = await Promise.all(names.map((name) => FakeNode.start({ name, authority })));
    const addresses = Object.fromEntries(nodes.map(({ name, address }) => [name, address]));
    return new FakeCluster(authority, nodes, await testContext(authority, addresses));
  }

  /** The node with this number, from 1. */
  node(number: number): FakeNode {
    const node = this.nodes[number - 1];
    if (node === undefined) throw new Error(`there is no node ${number}`);
    return node;
  }

  async eft(...commandLine: readonly string[]): Promise<EftRun> {
    const terminal = { stdout: new Kept(), stderr: new Kept() };
    const status = await runEft(commandLine, terminal);
    return { status, out: terminal.stdout.text, err: terminal.stderr.text };
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
    if (this.#before === undefined) delete process.env['EFT_CONFIG'];
    else process.env['EFT_CONFIG'] = this.#before;
    rmSync(this.folder, { recursive: true });
  }
}
