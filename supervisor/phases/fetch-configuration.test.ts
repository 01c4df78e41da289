import { describe, expect, it } from 'vitest';
import type { Fetched } from '../config/fetch/ask-fetch.ts';
import { SecretVault } from '../config/secret-vault.ts';
import type { ConfigAddress } from '../config/sources/source.ts';
import { Node } from '../node.ts';
import { fetchConfiguration } from './fetch-configuration.ts';

const right = 'apiVersion: eft/v1alpha1\nkind: MachineConfig\nmachine:\n  type: worker\n';
const warning =
  'whoever is on the way could have changed it: use https, or give its digest with eft.config.sha256=';

const addressOf = (url: string, sha256?: string): ConfigAddress => ({
  source: 'command-line',
  url: new URL(url),
  authorities: undefined,
  sha256,
});

/** What comes of an address, for a node whose network never comes up, when this is fetched. */
function outcomeOf(address: ConfigAddress, fetched: Fetched) {
  const node = new Node({
    open: () => ({ send: () => undefined, terminate: () => Promise.resolve() }),
    carriers: new Map(),
    time: () => ({ now: 0n, wall: 0n, isSynchronized: false }),
    after: () => () => undefined,
    random: (count) => new Uint8Array(count),
    events: { onState: () => undefined, onLog: () => undefined, onFailure: () => undefined },
  });
  return fetchConfiguration(node, address, {
    fetchProgram: 'unused',
    configProgram: new URL('../config/config-worker.ts', import.meta.url),
    vault: new SecretVault(),
    onFailure: () => undefined,
    signal: AbortSignal.abort(),
    fetch: () => Promise.resolve(fetched),
  });
}

const found = (text: string, from: string): Fetched => ({ bytes: new Uint8Array(Buffer.from(text)), from });

describe('a configuration that is to be fetched', () => {
  it('is accepted, and it is said where it came from', async () => {
    const address = addressOf('https://a.example/w1');
    const { value, message, missing } = await outcomeOf(address, found(right, 'https://b.example/w1'));
    expect(value).toMatchObject({ accepted: { source: 'command-line', file: 'https://a.example/w1' } });
    expect(message).toBe(`${right.length} bytes from https://b.example/w1 by way of https://a.example/w1`);
    expect(missing).toEqual([]);
  });

  it('is warned of when nobody vouches for it', async () => {
    const plain = 'http://a.example/w1';
    expect((await outcomeOf(addressOf(plain), found(right, plain))).missing).toEqual([warning]);
    expect((await outcomeOf(addressOf(plain, '00'), found(right, plain))).missing).toEqual([]);
  });

  it('leaves the node in maintenance when it does not come, or is wrong', async () => {
    const address = addressOf('https://a.example/w1');
    const refused = await outcomeOf(address, { refusal: 'the server says 404' });
    expect(refused.value).toEqual({ maintenance: 'there is no configuration from https://a.example/w1' });
    expect(refused.missing).toEqual(['the server says 404']);
    const wrong = await outcomeOf(address, found(`${right}  tpye: worker\n`, 'https://a.example/w1'));
    expect(wrong.value).toEqual({ maintenance: 'the configuration from https://a.example/w1 is refused' });
    expect(wrong.missing?.[0]).toContain('https://a.example/w1:5:3: ');
  });
});
