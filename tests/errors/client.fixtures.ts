/** Why a node is not reached, and what is wrong with the file of contexts. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  addContext,
  type Context,
  findContext,
  parseContexts,
  readContexts,
} from '../../cli/api/contexts.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { newTestAuthority, testContext } from '../cli/credentials.ts';
import type { Fixture } from './fixture.ts';

/** Runs `run` with a file of the context `lab`; errors tell its place without the folder. */
async function withContexts(run: (file: string, lab: Context) => unknown): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'eft-client-'));
  const file = join(folder, 'contexts.yaml');
  try {
    const lab = await testContext(await newTestAuthority());
    addContext(lab, {}, file);
    return await run(file, lab);
  } catch (error) {
    if (!(error instanceof EftError)) throw error;
    const { code, message, act, place } = error;
    const plain = (text: string) => text.replaceAll(`${folder}/`, '');
    const { file: _file, ...rest } = place;
    throw EftError.received({
      code,
      message: plain(message),
      act: plain(act),
      place: place.file === undefined ? rest : { ...rest, file: plain(place.file) },
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The text of a file with this context, in JSON, which is YAML too. */
function textOf(context: Context): string {
  return JSON.stringify({ contexts: [context] });
}

export const fixtures: readonly Fixture[] = [
  {
    code: 'client.context-exists',
    title: 'a second context of one name',
    provoke: () => withContexts((file, lab) => addContext(lab, {}, file)),
    text:
      'error[client.context-exists]: contexts.yaml: there is a context lab already\n' +
      '  give the new one another name, or replace it with `eft context add --force`',
  },
  {
    code: 'client.no-context',
    title: 'a context that is mistyped',
    provoke: () => withContexts((file) => findContext('lbb', file)),
    text:
      'error[client.no-context]: contexts.yaml: there is no context lbb: there are lab\n' +
      '  did you mean `lab`? `eft context list` shows all, and `eft context add` makes one',
  },
  {
    code: 'client.no-current',
    title: 'a command to a node before there is any context',
    provoke: () => findContext(undefined, '/nowhere/contexts.yaml'),
    text:
      'error[client.no-current]: /nowhere/contexts.yaml: no context is chosen, so there is no node to talk to\n' +
      '  start a node with `eft up`, which makes a context too, choose one with `eft context use NAME`, or name one with `--context NAME`',
  },
  {
    code: 'client.contexts-readable',
    title: 'a file of keys that the group can read',
    provoke: () =>
      withContexts((file) => {
        chmodSync(file, 0o640);
        return readContexts(file);
      }),
    text:
      'error[client.contexts-readable]: contexts.yaml: the file has the permissions 0640: others of this machine can get at the keys in it\n' +
      '  run `chmod 600 contexts.yaml`; if others may have read it, let new keys be made',
  },
  {
    code: 'client.contexts-busy',
    title: 'a lock that was left behind',
    provoke: () =>
      withContexts((file, lab) => {
        writeFileSync(`${file}.lock`, '');
        return addContext({ ...lab, name: 'farm' }, {}, file);
      }),
    text:
      'error[client.contexts-busy]: contexts.yaml: another `eft` is changing the file, or was killed while it did: contexts.yaml.lock is there\n' +
      '  do it again; if no other `eft` runs, delete contexts.yaml.lock',
  },
  {
    code: 'client.credential',
    title: 'a key where the certificate of an authority belongs',
    provoke: () =>
      withContexts((_file, lab) => parseContexts(textOf({ ...lab, authority: lab.key }), 'contexts.yaml')),
    text:
      'error[client.credential]: contexts.yaml:1:95: contexts[0].authority: this is no certificate of an authority: it has something else than `CERTIFICATE`\n' +
      '  put the PEM text of a certificate of an authority there, from `-----BEGIN` to `-----END`; `eft context add` does so',
  },
  {
    code: 'client.key-mismatch',
    title: 'the key of another operator',
    provoke: () =>
      withContexts(async (_file, lab) => {
        const { key } = await testContext(await newTestAuthority());
        const lines = textOf({ ...lab, key }).replaceAll('"key"', '\n"key"');
        return parseContexts(lines, 'contexts.yaml');
      }),
    text:
      'error[client.key-mismatch]: contexts.yaml:2:7: contexts[0].key: the key is not that of the certificate beside it\n' +
      '  put the key and the certificate that belong together there; `eft context add` does so',
  },
];
