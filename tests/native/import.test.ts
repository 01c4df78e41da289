import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** In a thread there is no native part: whoever asks for it there fails. */
const program = `
  const { Worker } = require('node:worker_threads');
  const worker = new Worker("import(" + JSON.stringify(process.argv[1]) + ").then(() => process.exit(7))", { eval: true });
  worker.on('error', (error) => { console.error(error.message); });
  worker.on('exit', (code) => process.exit(code));
`;

function importing(path: string): { readonly status: number | null; readonly stderr: string } {
  const url = new URL(path, import.meta.url).href;
  return spawnSync(process.execPath, ['-e', program, '--', url], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    encoding: 'utf8',
  });
}

it('no part of the supervisor asks for the native part when it is imported: what builds it imports the supervisor too', () => {
  expect(importing('../../supervisor/image-parts.ts')).toMatchObject({ status: 7, stderr: '' });
  expect(importing('./asks-at-once.ts')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('thread'),
  });
});
