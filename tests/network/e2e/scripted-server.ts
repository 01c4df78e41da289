/** The scripted DHCP server (`scripted-dhcp-server.py`) on a host of the test bed: tests say how it behaves, and see what it hears. */
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Host } from '../test-bed.ts';

const program = fileURLToPath(new URL('./scripted-dhcp-server.py', import.meta.url));

/** RFC 2132 section 9.6. */
export const messageKinds = { discover: 1, request: 3, decline: 4, release: 7 } as const;

/** What to change of how it behaves: see `manner` in the program. */
export type Manner = {
  readonly address?: string;
  readonly server?: string;
  readonly seconds?: number;
  readonly options?: readonly (readonly [code: number, hex: string])[];
  readonly discover?: 'offer' | 'none';
  readonly request?: 'ack' | 'nak' | 'none';
  readonly unicast?: boolean;
  readonly before?: readonly { readonly address: string; readonly options: string }[];
};

/** A message as it came to the server. Addresses are `0.0.0.0` or empty where the message has none. */
export type Heard = {
  readonly kind: number;
  readonly unicast: boolean;
  readonly client: string;
  readonly requested: string;
  readonly server: string;
};

export type ScriptedServer = {
  /** Everything that it has heard. */
  readonly heard: readonly Heard[];
  readonly behave: (manner: Manner) => void;
};

export async function startScriptedServer(host: Host, manner: Manner = {}): Promise<ScriptedServer> {
  const child = host.startProgram('/usr/bin/python3', '-u', program);
  if (child.stdout === null || child.stdin === null) throw new Error('a program without pipes');
  const { stdin } = child;
  child.stderr?.pipe(process.stderr);
  const behave = (changes: Manner): void => void stdin.write(`${JSON.stringify(changes)}\n`);
  behave(manner);
  const heard: Heard[] = [];
  const lines = createInterface({ input: child.stdout });
  const isReady = new Promise<void>((resolve) => lines.once('line', () => resolve()));
  await isReady;
  // Our own program speaks here, one JSON object a line.
  lines.on('line', (line) => heard.push(JSON.parse(line)));
  return { heard, behave };
}
