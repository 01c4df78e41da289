/**
 * Finds the machine configuration and reads it. What is wrong with one is told, with its place, and the node boots without: it has the default
 * network then, can be reached, and can be given a better one.
 */
import { readFileSync } from 'node:fs';
import type { NetworkConfig } from '../capabilities/generated/resources-network-config.ts';
import { commandLineId, commandLineNetwork } from '../config/command-line-network.ts';
import { type KernelParameter, splitCommandLine } from '../config/kernel-command-line.ts';
import type { MachineConfig } from '../config/machine-schema.ts';
import { machineConfigId, networkConfigOf } from '../config/network-config.ts';
import { checkMachineConfig, maximumConfigBytes, type ParseOptions } from '../config/parse-config.ts';
import { SecretVault } from '../config/secret-vault.ts';
import { configOfCommandLine } from '../config/sources/command-line.ts';
import { type FoundConfig, firstOf } from '../config/sources/source.ts';
import { configHandedIn } from '../config/sources/state.ts';
import { EftError } from '../errors/eft-error.ts';
import type { Environment } from './environment.ts';
import type { PhaseOutcome } from './phase.ts';

/** Where `eft up` puts the configuration that it was given. */
export const handedInFile = '/run/eft/handed-config.yaml';

/** What the boot goes on with. */
export type Configuration = {
  /** Undefined if there is none, or none that is right. */
  readonly machine: MachineConfig | undefined;
  /** What the sources say of the network, by the id of the resource. */
  readonly networks: ReadonlyMap<string, NetworkConfig>;
  readonly vault: SecretVault;
};

/** What is read from the outside; all of it can be played by a test. */
export type ConfigurationFiles = {
  /** The content of a file, or undefined if there is none. At most `limit` bytes and one more. */
  readonly read: (path: string, limit: number) => Uint8Array | undefined;
};

const disk: ConfigurationFiles = {
  read: (path, limit) => {
    try {
      return new Uint8Array(readFileSync(path).subarray(0, limit + 1));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  },
};

/** Errors: only those that are no fault of a configuration, such as a file that cannot be read. */
export async function readConfiguration(
  environment: Environment,
  program: NonNullable<ParseOptions['program']>,
  files: ConfigurationFiles = disk,
): Promise<PhaseOutcome<Configuration>> {
  const vault = new SecretVault();
  const missing: string[] = [];
  // In a namespace the command line is that of the host's kernel.
  const parameters = environment === 'machine' ? kernelParameters(files) : [];
  const networks = new Map<string, NetworkConfig>();
  const fromCommandLine = commandLineNetwork(parameters);
  missing.push(...fromCommandLine.faults.map((fault) => fault.message));
  if (fromCommandLine.config !== undefined) networks.set(commandLineId, fromCommandLine.config);

  const found = findConfiguration(parameters, files, missing);
  if (found === undefined) {
    return { value: { machine: undefined, networks, vault }, message: 'there is none', missing };
  }
  const { config: machine, faults } = await checkMachineConfig(found.bytes, found.file, { program, vault });
  if (machine === undefined) {
    missing.push(`that of ${found.source} is refused`, ...faults.map(faultText));
    return { value: { machine, networks, vault }, missing };
  }
  networks.set(machineConfigId, networkConfigOf(machine));
  return { value: { machine, networks, vault }, message: `from ${found.source}`, missing };
}

function findConfiguration(
  parameters: readonly KernelParameter[],
  files: ConfigurationFiles,
  missing: string[],
): FoundConfig | undefined {
  const handedIn = configHandedIn(files.read(handedInFile, maximumConfigBytes), handedInFile);
  return firstOf([handedIn, configInline(parameters, missing)]);
}

function configInline(parameters: readonly KernelParameter[], missing: string[]): FoundConfig | undefined {
  try {
    const found = configOfCommandLine(parameters);
    if (found === undefined || 'bytes' in found) return found;
    missing.push(`nothing fetches the configuration from ${found.url.href} yet`);
  } catch (error) {
    if (!(error instanceof EftError)) throw error;
    missing.push(error.message);
  }
  return undefined;
}

function kernelParameters(files: ConfigurationFiles): readonly KernelParameter[] {
  const line = files.read('/proc/cmdline', 64 * 1024) ?? new Uint8Array();
  return splitCommandLine(Buffer.from(line).toString('utf8').trim());
}

/** The place, the sentence and what to do, in one line. */
function faultText(fault: EftError): string {
  const [head = '', ...rest] = fault.render().split('\n');
  return [head, ...rest.map((line) => line.trim())].join('; ');
}
