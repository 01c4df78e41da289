import { beforeAll, describe, expect, it } from 'vitest';
import { buildModule } from '../../cli/toolchain/build-module.ts';
import type { ModuleStatus, State } from '../../supervisor/capabilities/generated/resources-module-status.ts';
import type { NodeStatus } from '../../supervisor/capabilities/generated/resources-node-status.ts';
import type { Metadata } from '../../supervisor/capabilities/generated/resources-resource.ts';
import { Component } from '../../supervisor/component/component.ts';

let component: Component;

beforeAll(async () => {
  component = Component.compile((await buildModule('modules/health')).component);
});

function metadata(id: string): Metadata {
  return { id, version: 1n, phase: 'running', owner: 'supervisor', finalizers: [] };
}

/** A node as the module sees it: statuses of modules, and what it has put and logged. */
class Node {
  modules: Readonly<Record<string, Partial<ModuleStatus>>> = {};
  status: NodeStatus | undefined;
  puts = 0;
  readonly lines: string[] = [];
  readonly #lifecycle;

  constructor(status?: NodeStatus) {
    this.status = status;
    const instance = component.instantiate({
      'eft:host/log@0.1.0': {
        write: (level: unknown, message: unknown) => this.lines.push(`${level}: ${message}`) && undefined,
      },
      'eft:resources/resource@0.1.0': {},
      'eft:resources/module-status@0.1.0': { list: () => this.#entries() },
      'eft:resources/node-status@0.1.0': {
        get: () => this.status && { metadata: metadata('node'), value: this.status },
        put: (_id: unknown, value: NodeStatus) => {
          this.status = value;
          this.puts += 1;
        },
      },
    });
    this.#lifecycle = instance.interface('eft:module/lifecycle@0.1.0');
  }

  #entries() {
    return Object.entries(this.modules).map(([id, given]) => {
      const value = {
        state: 'healthy' satisfies State,
        version: '0.1.0',
        restarts: 0,
        message: '',
        ...given,
      };
      return { metadata: metadata(id), value };
    });
  }

  start(): this {
    const result = this.#lifecycle['start']?.({ reason: 'cold', saved: undefined, handles: [] });
    expect(result).toEqual({ tag: 'ok' });
    return this;
  }

  see(modules: Readonly<Record<string, Partial<ModuleStatus>>>): this {
    this.modules = modules;
    this.#lifecycle['handle']?.({ tag: 'changed', val: [] });
    return this;
  }

  save(): unknown {
    return this.#lifecycle['save']?.();
  }
}

/** What is missing where nothing is known of any module. */
const none = [{ name: 'modules', reason: 'there are none' }];

describe('the health module', () => {
  it('says that a node without modules is booting', () => {
    expect(new Node().start().status).toEqual({ stage: 'booting', ready: false, unmet: none });
  });

  it('says that the node is ready when all modules are healthy, and logs it once', () => {
    const node = new Node().start().see({ disk: {}, network: {} }).see({ disk: {}, network: {} });
    expect(node.status).toEqual({ stage: 'running', ready: true, unmet: [] });
    expect(node.lines).toEqual(['info: the node is ready']);
    expect(node.puts).toBe(2);
  });

  it('lists what is not healthy by name, with the reason', () => {
    const node = new Node().start().see({
      time: { state: 'starting' },
      network: { state: 'degraded', message: 'no route to 10.0.0.1' },
      disk: {},
    });
    expect(node.status).toEqual({
      stage: 'booting',
      ready: false,
      unmet: [
        { name: 'module/network', reason: 'no route to 10.0.0.1' },
        { name: 'module/time', reason: 'is starting' },
      ],
    });
  });

  it('calls what goes wrong later a fault, not the boot', () => {
    const node = new Node()
      .start()
      .see({ disk: {} })
      .see({ disk: { state: 'backing-off' } });
    expect(node.status?.stage).toBe('running');
    expect(node.status?.ready).toBe(false);
    expect(node.lines.at(-1)).toBe(
      'warn: the node is not ready any more: module/disk: ended, and waits for its next start',
    );
  });

  it('says so, and does not fail, when there are no modules any more', () => {
    const node = new Node().start().see({ disk: {} }).see({});
    expect(node.status).toEqual({ stage: 'running', ready: false, unmet: none });
    expect(node.lines.at(-1)).toBe('warn: the node is not ready any more: modules: there are none');
  });

  it('knows after its own restart that the node was ready before', () => {
    const node = new Node({ stage: 'running', ready: true, unmet: [] });
    node.modules = { disk: { state: 'quarantined' } };
    expect(node.start().status?.stage).toBe('running');
  });

  it('writes nothing when nothing has changed', () => {
    const node = new Node().start().see({ disk: {} });
    const before = node.puts;
    for (let count = 0; count < 10; count += 1) node.see({ disk: {} });
    expect(node.puts).toBe(before);
  });

  it('has nothing to save', () => {
    expect(new Node().start().save()).toEqual({ format: 1, bytes: new Uint8Array(0) });
  });
});
