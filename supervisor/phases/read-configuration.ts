/**
 * Finds the machine configuration and reads it (config/sources/source.ts says which source counts). What is wrong with one is told, with its
 * place, and leaves the node as it was: with what it has accepted before, or in maintenance. In maintenance the node has the default network
 * and the authority of its image, so it can be reached and be given a better configuration.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import type { NetworkConfig } from '../capabilities/generated/resources-network-config.ts';
import { commandLineId, commandLineNetwork } from '../config/command-line-network.ts';
import { type KernelParameter, splitCommandLine } from '../config/kernel-command-line.ts';
import type { StateChange } from '../config/life-cycle/state-changes.ts';
import type { MachineConfig } from '../config/machine-schema.ts';
import { machineConfigId, networkConfigOf } from '../config/network-config.ts';
import { checkMachineConfig, maximumConfigBytes, type ParseOptions } from '../config/parse-config.ts';
import { SecretVault } from '../config/secret-vault.ts';
import { asksForRecovery, configOfCommandLine } from '../config/sources/command-line.ts';
import { configOfNoCloud, noCloudId } from '../config/sources/no-cloud.ts';
import {
  type ConfigAddress,
  type FoundConfig,
  givesWay,
  inOrder,
  type SourceAnswer,
  type SourceName,
  sourceTitles,
} from '../config/sources/source.ts';
import {
  configHandedIn,
  configOfState,
  configStaged,
  modulesFile,
  modulesFileLimit,
  stagedFile,
  stateFile,
} from '../config/sources/state.ts';
import { EftError } from '../errors/eft-error.ts';
import type { Environment } from './environment.ts';
import { handedInFile, handedParametersFile, handedStateFolder } from './handed-in.ts';
import type { PhaseOutcome } from './phase.ts';

/** Bytes of a command line that are read. */
const commandLineLimit = 64 * 1024;

/** What the boot goes on with. */
export type Configuration = {
  /** Undefined if there is none, or none that is right. */
  readonly machine: MachineConfig | undefined;
  /** What the sources say of the network, by the id of the resource. */
  readonly networks: ReadonlyMap<string, NetworkConfig>;
  readonly vault: SecretVault;
  /** Why the node has no configuration, a sentence; undefined if it has one, or if one is still to be fetched. */
  readonly maintenance: string | undefined;
  /** Where the configuration is to be fetched from. */
  readonly address: ConfigAddress | undefined;
  /** What `machine` was read from. */
  readonly found: FoundConfig | undefined;
  /** What STATE is to say now that this one counts; undefined if it says so already. */
  readonly change: StateChange | undefined;
  readonly state: StatePlace;
  /** What STATE has of installed modules; undefined if there is none, or if nothing is to be read. */
  readonly modules: Uint8Array | undefined;
};

/** Where the STATE of the node is. */
export type StatePlace = 'none' | 'disk' | 'folder';

/** What is on disks. */
export type DiskFindings = {
  /** Whether there is a disk that is STATE. */
  readonly hasState: boolean;
  /** `config.yaml` of the disk that is STATE, and `config.staged.yaml`. */
  readonly state: Uint8Array | undefined;
  readonly staged: Uint8Array | undefined;
  /** What is installed. */
  readonly modules: Uint8Array | undefined;
  /** The files of the NoCloud disk, by name. */
  readonly noCloud: ReadonlyMap<string, Uint8Array> | undefined;
  /** What could not be read, a sentence each. */
  readonly notes: readonly string[];
};

/** What is read from the outside; all of it can be played by a test. */
export type ConfigurationFiles = {
  /** The content of a file, or undefined if there is none. At most `limit` bytes and one more. */
  readonly read: (path: string, limit: number) => Uint8Array | undefined;
  /** What disks of the machine have; nobody asks in a namespace. */
  readonly readDisks: () => Promise<DiskFindings>;
  readonly hasFolder: (path: string) => boolean;
};

const noDisks: DiskFindings = {
  hasState: false,
  state: undefined,
  staged: undefined,
  modules: undefined,
  noCloud: undefined,
  notes: [],
};

/** Reads a file, and no more of it than `limit` bytes and one. Errors: those of the file system, but for a file that is not there. */
export function readBounded(path: string, limit: number): Uint8Array | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const bytes = new Uint8Array(limit + 1);
    let length = 0;
    // What lies in /proc comes in pieces.
    for (;;) {
      const count = readSync(file, bytes, length, bytes.length - length, null);
      length += count;
      if (count === 0 || length === bytes.length) return bytes.slice(0, length);
    }
  } finally {
    closeSync(file);
  }
}

/** Errors: only those that are no fault of a configuration, such as a file that cannot be read. */
export async function readConfiguration(
  environment: Environment,
  program: NonNullable<ParseOptions['program']>,
  files: ConfigurationFiles,
): Promise<PhaseOutcome<Configuration>> {
  const vault = new SecretVault();
  const missing: string[] = [];
  const parameters = readParameters(environment, files);
  const networks = new Map<string, NetworkConfig>();
  const fromCommandLine = commandLineNetwork(parameters);
  missing.push(...fromCommandLine.faults.map((fault) => fault.message));
  if (fromCommandLine.config !== undefined) networks.set(commandLineId, fromCommandLine.config);
  let state: StatePlace = 'none';
  let change: StateChange | undefined;
  let modules: Uint8Array | undefined;
  const bare = () =>
    ({
      machine: undefined,
      networks,
      vault,
      address: undefined,
      found: undefined,
      change,
      state,
      modules,
    }) as const;
  const inMaintenance = (reason: string): PhaseOutcome<Configuration> => ({
    value: { ...bare(), maintenance: reason },
    message: `maintenance: ${reason}`,
    missing,
  });
  const hasFolder = files.hasFolder(handedStateFolder);
  try {
    if (asksForRecovery(parameters)) {
      // What the node is given in maintenance is kept where it can be; whether a disk is STATE is not looked for now.
      if (hasFolder) state = 'folder';
      else if (environment === 'machine') state = 'disk';
      return inMaintenance('the kernel command line asks for it, and no source is read');
    }
  } catch (error) {
    missing.push(messageOf(error));
  }

  const disks = environment === 'machine' ? await files.readDisks() : noDisks;
  missing.push(...disks.notes);
  if (disks.hasState) state = 'disk';
  else if (hasFolder) state = 'folder';
  modules = disks.hasState
    ? disks.modules
    : files.read(`${handedStateFolder}/${modulesFile}`, modulesFileLimit);
  const answers = askSources(parameters, files, disks);
  const unused = (used: number): string => {
    const rest = answers.slice(used + 1).map(({ source }) => sourceTitles[source]);
    return rest.length === 0 ? '' : `; not used: ${rest.join(', ')}`;
  };
  for (const [index, answer] of answers.entries()) {
    const title = sourceTitles[answer.source];
    if ('url' in answer) {
      const message = `to be fetched from ${answer.url.href}, as ${title} says${unused(index)}`;
      return { value: { ...bare(), address: answer, maintenance: undefined }, message, missing };
    }
    const { machine, faults } = await readAnswer(answer, program, vault);
    if (machine !== undefined && 'bytes' in answer) {
      if (answer.network !== undefined) networks.set(noCloudId, answer.network);
      networks.set(machineConfigId, networkConfigOf(machine));
      change = changeFor(answer) ?? change;
      return {
        value: { ...bare(), machine, found: answer, maintenance: undefined },
        message: `from ${title}${unused(index)}`,
        missing,
      };
    }
    missing.push(`that of ${title} is refused`, ...faultTexts(faults));
    if (answer.source === 'staged') change = { type: 'discard' };
    const next = answers[index + 1];
    if (next === undefined || !givesWay(answer.source, next.source)) {
      return inMaintenance(`the configuration of ${title} is refused${unused(index)}`);
    }
  }
  return inMaintenance('there is no configuration');
}

/** What STATE is to say when a configuration is accepted; undefined if it says so. */
export function changeFor({ source, bytes }: FoundConfig): StateChange | undefined {
  if (source === 'state') return undefined;
  return source === 'staged' ? { type: 'promote' } : { type: 'accept', content: bytes };
}

/** The configuration of one answer, or all that is wrong with it. */
async function readAnswer(
  answer: Exclude<SourceAnswer, ConfigAddress>,
  program: NonNullable<ParseOptions['program']>,
  vault: SecretVault,
): Promise<{ readonly machine: MachineConfig | undefined; readonly faults: readonly EftError[] }> {
  if ('fault' in answer) return { machine: undefined, faults: [answer.fault] };
  const { config, faults } = await checkMachineConfig(answer.bytes, answer.file, { program, vault });
  return { machine: config, faults };
}

/** What the sources have, the one that counts first. */
function askSources(
  parameters: readonly KernelParameter[],
  files: ConfigurationFiles,
  disks: DiskFindings,
): readonly SourceAnswer[] {
  const handedIn = configHandedIn(files.read(handedInFile, maximumConfigBytes), handedInFile);
  const onState = (file: string): Uint8Array | undefined =>
    files.read(`${handedStateFolder}/${file}`, maximumConfigBytes);
  const onDisk = disks.noCloud;
  return inOrder<SourceAnswer>([
    handedIn,
    configStaged(disks.hasState ? disks.staged : onState(stagedFile)),
    configOfState(disks.hasState ? disks.state : onState(stateFile)),
    answerOf('command-line', () => configOfCommandLine(parameters)),
    onDisk === undefined ? undefined : answerOf('no-cloud', () => configOfNoCloud(onDisk)),
  ]);
}

function answerOf(source: SourceName, ask: () => SourceAnswer | undefined): SourceAnswer | undefined {
  try {
    return ask();
  } catch (error) {
    if (error instanceof EftError) return { source, fault: error };
    throw error;
  }
}

/** In a namespace the kernel's command line is the host's; whoever made the node may have handed it one of its own. */
function readParameters(environment: Environment, files: ConfigurationFiles): readonly KernelParameter[] {
  const path = environment === 'machine' ? '/proc/cmdline' : handedParametersFile;
  const line = files.read(path, commandLineLimit) ?? new Uint8Array();
  return splitCommandLine(Buffer.from(line).toString('utf8').trim());
}

function messageOf(error: unknown): string {
  if (error instanceof EftError) return error.message;
  throw error;
}

/** Faults that the console shows: its lines are short, and the first one is most often the cause of the others. */
const shownFaults = 3;

/** The first faults, a sentence each, and how many more there are. */
export function faultTexts(faults: readonly EftError[]): readonly string[] {
  const more = faults.length - shownFaults;
  const rest = more > 0 ? [`and ${more} more: \`eft config validate\` shows all`] : [];
  return [...faults.slice(0, shownFaults).map(faultText), ...rest];
}

/** The place, the sentence and what to do, in one line. */
function faultText(fault: EftError): string {
  const [head = '', ...rest] = fault.render().split('\n');
  return [head, ...rest.map((line) => line.trim())].join('; ');
}
