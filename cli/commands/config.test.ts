/** `eft config gen`, `validate` and `import`, as a person sees them in a pipe. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runEft } from '../program.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/eft-config-`);
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

class Kept extends Writable {
  text = '';

  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}

async function eft(...commandLine: readonly string[]) {
  const terminal = { stdout: new Kept(), stderr: new Kept() };
  const status = await runEft(['config', ...commandLine], terminal);
  const plain = (text: string) => text.replaceAll(`${folder}/`, '');
  return { status, out: plain(terminal.stdout.text), err: plain(terminal.stderr.text) };
}

test('what is generated is the same every time, and sound', async () => {
  for (const more of [
    ['--no-authority'],
    ['--no-authority', '--type', 'controlplane', '--hostname', 'cp-1'],
  ]) {
    const [first, second] = [await eft('gen', ...more), await eft('gen', ...more)];
    expect(first).toEqual(second);
    writeFileSync(`${folder}/m.yaml`, first.out);
    expect(await eft('validate', `${folder}/m.yaml`)).toEqual({
      status: 0,
      out: '✓ m.yaml: a sound machine configuration\n',
      err: '',
    });
  }
  expect((await eft('gen', '--hostname', 'No_Name')).status).toBe(2);
});

test('every fault is shown with its lines and a caret', async () => {
  const text =
    'apiVersion: eft/v1alpha1\nkind: MachineConfig\nmachine:\n  type: workr\n  network:\n    hostname: W1\n';
  writeFileSync(`${folder}/m.yaml`, text);
  expect(await eft('validate', `${folder}/m.yaml`)).toEqual({
    status: 1,
    out: `✗ m.yaml:4:9: machine.type: \`workr\` is not known here
    3 | machine:
    4 |   type: workr
      |         ^
    5 |   network:
  → did you mean \`worker\`? write one of \`controlplane\`, \`worker\`
✗ m.yaml:6:15: machine.network.hostname: \`W1\` is not a host name
    5 |   network:
    6 |     hostname: W1
      |               ^
    7 |
  → write lower-case letters, digits and hyphens, at most 63, without the domain: \`worker-1\`
`,
    err: 'error[config.invalid]: there is something wrong in 1 of the files, 2 in all\n  correct what is shown above\n',
  });
});

test('faults come as JSON with line and column', async () => {
  writeFileSync(`${folder}/m.yaml`, 'apiVersion: eft/v1alpha1\nkind: MachineConfig\nmachine: 1\n');
  const { status, out } = await eft('validate', `${folder}/m.yaml`, '--json');
  expect(status).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    files: [{ file: 'm.yaml', good: false, faults: [{ code: 'document.wrong-type', line: 3, column: 10 }] }],
  });
});

test('an import writes a sound configuration and a table of what became of each line', async () => {
  writeFileSync(
    `${folder}/talos.yaml`,
    'version: v1alpha1\nmachine:\n  type: worker\n  token: s3cr3t\n  network: { hostname: w1 }\n',
  );
  const { status, out, err } = await eft('import', `${folder}/talos.yaml`, '-o', `${folder}/w1.yaml`);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(out).toBe(
    `LINE  FIELD                     WHAT BECAME OF IT
   1  version                   no counterpart     the form of the file is said by \`apiVersion\` and \`kind\`
   3  machine.type              taken              as it is
   4  machine.token             comes later        comes with the API: its certificates and roles
   5  machine.network.hostname  taken              as it is
2 taken, 0 renamed, 1 comes later, 1 no counterpart
`,
  );
  expect(readFileSync(`${folder}/w1.yaml`, 'utf8')).not.toContain('s3cr3t');
  expect((await eft('validate', `${folder}/w1.yaml`)).status).toBe(0);
  const piped = await eft('import', `${folder}/talos.yaml`);
  expect(piped.out).toBe(readFileSync(`${folder}/w1.yaml`, 'utf8'));
  expect(piped.err).toBe(out);
});
