/** A module's folder to be wrong in. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';

const manifest = `name: lamp
version: 0.1.0
securityVersion: 1
description: Glows.
world: eft:lamp/lamp@0.1.0
inputs: []
outputs: []
grants: []
limits:
  memoryPages: 16
  eventMilliseconds: 100
  queuedEvents: 16
restart:
  initialMilliseconds: 100
  maximumMilliseconds: 1000
  quarantineAfter: 5
savedState:
  writes: 1
  reads: [1]
isolation: thread
`;

const world = `package eft:lamp@0.1.0;

interface light {
  glow: func(level: u8) -> string;
}

world lamp {
  export light;
}
`;

/** The sources of a small module that is right. */
export const lamp: Readonly<Record<string, string>> = {
  'module.yaml': manifest,
  'world.wit': world,
  'assembly/light.ts': 'export function glow(level: u8): string {\n  return level.toString();\n}\n',
};

/**
 * Runs `run` beside a folder `lamp` with these files; one that is `undefined` is not there. Paths in errors begin with
 * `lamp/` on every machine.
 */
export async function besideLamp(
  changes: Readonly<Record<string, string | undefined>>,
  run: () => unknown,
): Promise<unknown> {
  const folder = mkdtempSync(`${tmpdir()}/eft-`);
  const before = process.cwd();
  process.chdir(folder);
  try {
    mkdirSync('lamp/assembly', { recursive: true });
    for (const [path, text] of Object.entries({ ...lamp, ...changes })) {
      if (text === undefined) continue;
      mkdirSync(dirname(`lamp/${path}`), { recursive: true });
      writeFileSync(`lamp/${path}`, text);
    }
    return await run();
  } finally {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  }
}
