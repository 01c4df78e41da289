/** The messages and services of the API, and of gRPC's own services that the gateway answers, in JavaScript with types: made from the `.proto` files by buf and protoc-gen-es. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Generator } from '../generate.ts';

const root = join(import.meta.dirname, '../..');
const programs = join(root, 'node_modules/.bin');

/** Folders with a buf.yaml, and what their files become. */
const protocols = [
  { from: 'supervisor/api/proto', to: 'supervisor/api/generated' },
  { from: 'supervisor/gateway/proto', to: 'supervisor/gateway/generated' },
];

const template = {
  version: 'v2',
  plugins: [{ local: 'protoc-gen-es', out: '.', opt: ['target=js+dts', 'import_extension=js'] }],
};

export const protocolMessages: Generator = {
  name: 'messages of the API',
  generate: async () => {
    const files = new Map(protocols.flatMap(({ from, to }) => generate(from, to)));
    return { files, ownedFolders: [...new Set([...files.keys()].map(dirname))] };
  },
};

/** Paths from the root, and texts. */
function generate(from: string, to: string): readonly (readonly [string, string])[] {
  const folder = mkdtempSync(join(tmpdir(), 'eft-protocol-'));
  try {
    execFileSync(
      join(programs, 'buf'),
      ['generate', from, '--template', JSON.stringify(template), '-o', folder],
      {
        cwd: root,
        env: { ...process.env, PATH: `${programs}:${process.env['PATH'] ?? ''}` },
        stdio: ['ignore', 'inherit', 'inherit'],
      },
    );
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.js') || name.endsWith('.d.ts'))
      .map((name) => [`${to}/${name}`, readFileSync(join(folder, name), 'utf8')]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
