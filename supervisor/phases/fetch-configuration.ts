/**
 * Fetches the machine configuration from the address that the kernel command line gives. It is fetched with the default network and what the command
 * line says of the network, so this comes after the modules have been started; why a process does it and no module is decision 012.
 *
 * A node that gets no configuration is in maintenance, and says why.
 */
import { askFetch, type Fetched } from '../config/fetch/ask-fetch.ts';
import type { MachineConfig } from '../config/machine-schema.ts';
import { checkMachineConfig, type ParseOptions } from '../config/parse-config.ts';
import type { SecretVault } from '../config/secret-vault.ts';
import type { ConfigAddress, FoundConfig } from '../config/sources/source.ts';
import type { HelperProgram } from '../helper-process.ts';
import type { Node } from '../node.ts';
import type { PhaseOutcome } from './phase.ts';
import { faultTexts } from './read-configuration.ts';

const networkStatus = 'eft:resources/network-status';
/** Milliseconds for the network to come up and the server to answer; then the node goes on in maintenance. */
const limitMs = 120_000;

/** What came of it: a configuration that is right, or why there is none. */
export type FetchedConfiguration =
  | { readonly machine: MachineConfig; readonly accepted: FoundConfig }
  | { readonly maintenance: string };

export type FetchWorld = {
  readonly fetchProgram: HelperProgram;
  readonly configProgram: NonNullable<ParseOptions['program']>;
  readonly vault: SecretVault;
  /** Hears why an attempt has failed, while it is tried again. */
  readonly onFailure: (reason: string) => void;
  readonly signal?: AbortSignal;
  readonly fetch?: typeof askFetch;
};

/** Errors: none for what is wrong with the network, the server or the configuration. */
export async function fetchConfiguration(
  node: Node,
  address: ConfigAddress,
  world: FetchWorld,
): Promise<PhaseOutcome<FetchedConfiguration>> {
  const { fetchProgram, configProgram, vault, onFailure, fetch = askFetch } = world;
  const signal = world.signal ?? AbortSignal.timeout(limitMs);
  const { href } = address.url;
  const isConverged = (): boolean => node.get(networkStatus, 'network')?.value['converged'] === true;
  // If it is not as declared in time, the address may be reached all the same.
  await node.until([networkStatus], isConverged, AbortSignal.any([signal, AbortSignal.timeout(limitMs / 4)]));
  const fetched = await fetch(address, { program: fetchProgram, signal, onFailure });
  if ('refusal' in fetched) {
    const maintenance = `there is no configuration from ${href}`;
    return { value: { maintenance }, message: `maintenance: ${maintenance}`, missing: [fetched.refusal] };
  }
  const { config: machine, faults } = await checkMachineConfig(fetched.bytes, href, {
    program: configProgram,
    vault,
  });
  if (machine === undefined) {
    const maintenance = `the configuration from ${href} is refused`;
    return { value: { maintenance }, message: `maintenance: ${maintenance}`, missing: faultTexts(faults) };
  }
  const accepted: FoundConfig = { source: address.source, file: href, bytes: fetched.bytes };
  return {
    value: { machine, accepted },
    message: originText(href, fetched),
    missing: warnings(address, fetched),
  };
}

type Found = Extract<Fetched, { readonly bytes: Uint8Array }>;

function originText(href: string, { from, bytes }: Found): string {
  const way = from === href ? '' : ` by way of ${href}`;
  return `${bytes.length} bytes from ${from}${way}`;
}

/** Without TLS and without a digest, nobody vouches for what came. */
function warnings({ url, sha256 }: ConfigAddress, { from }: Found): readonly string[] {
  if (sha256 !== undefined || (url.protocol === 'https:' && from.startsWith('https:'))) return [];
  return [
    'whoever is on the way could have changed it: use https, or give its digest with eft.config.sha256=',
  ];
}
