/**
 * Debian 13 (trixie) through apt, on a machine that may run another release: a private apt configuration with its own lists and an empty status
 * file, so that nothing of the machine changes. Where the archive is, the machine's own sources say; no host is named here. apt checks the
 * archive's signature with Debian's keyring, and every file against what is signed.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import type { LockedPackage } from './package-lock.ts';

/** The release that images and kernels are made of. */
export const debianRelease = 'trixie';
const debianKeyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Characters of a program's last words that an error shows. */
const messageLimit = 1_000;
/** A mirror that sends nothing for this long is not coming back. */
const aptTimeoutMs = 900_000;

/** Where the machine gets Debian from: of its own release, and of its security updates. */
export type ArchiveAddresses = { readonly main: string; readonly security: string | undefined };

/** Runs a program in a folder and gives its standard output; rejects with its last words. */
export type ToolRunner = (program: string, parameters: readonly string[], folder: string) => Promise<string>;

/** The archive as apt sees it. */
export type DebianArchive = {
  /** Fetches the lists. Errors: `package.apt`. */
  readonly update: () => Promise<void>;
  /** What the lists know of a version, or of the newest one; undefined if they do not know it. */
  readonly find: (name: string, version?: string) => Promise<LockedPackage | undefined>;
  /** Downloads into a folder and gives the file. Errors: `package.apt`. */
  readonly download: (wanted: LockedPackage, folder: string) => Promise<string>;
};

export type ArchiveOptions = {
  /** Where lists, settings and downloads are; below the cache by default. */
  readonly folder?: string;
  readonly run?: ToolRunner;
  /** Says where the archive is; the machine's own sources by default. */
  readonly findAddresses?: () => ArchiveAddresses | undefined;
  /** The keys that the archive must be signed with. */
  readonly keyring?: string;
};

/** Where everything that Eft downloads and builds for itself is kept, below XDG_CACHE_HOME (XDG Base Directory Specification). */
export function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'eft');
}

/** The addresses in apt's `sources`, texts of `.sources` (deb822) or `.list` files, for a machine of `codename`. */
export function findArchive(
  sources: readonly { readonly file: string; readonly text: string }[],
  codename: string,
): ArchiveAddresses | undefined {
  const entries = sources.flatMap(({ file, text }) =>
    file.endsWith('.sources') ? readStanzas(text) : readLines(text),
  );
  const addressOf = (suite: string): string | undefined =>
    entries.find(({ suites }) => suites.includes(suite))?.address;
  const main = addressOf(codename);
  if (main === undefined) return undefined;
  return { main, security: addressOf(`${codename}-security`) };
}

type SourceEntry = { readonly address: string; readonly suites: readonly string[] };

/** sources.list(5), deb822 style: stanzas of `Field: value` with continuation lines, blank lines between. */
function readStanzas(text: string): readonly SourceEntry[] {
  return text.split(/\n[ \t]*\n/).flatMap((stanza) => {
    const lines = stanza.split('\n').filter((line) => !line.startsWith('#'));
    const fields = new Map<string, string>();
    let last = '';
    for (const line of lines) {
      const field = /^([A-Za-z-]+):[ \t]*(.*)$/.exec(line);
      if (field !== null) {
        last = (field[1] ?? '').toLowerCase();
        fields.set(last, field[2] ?? '');
      } else if (last !== '') fields.set(last, `${fields.get(last)} ${line.trim()}`);
    }
    const words = (name: string): readonly string[] =>
      (fields.get(name) ?? '').split(/\s+/).filter((word) => word !== '');
    const [address] = words('uris');
    const isUsed = words('types').includes('deb') && fields.get('enabled')?.trim().toLowerCase() !== 'no';
    return isUsed && address !== undefined ? [{ address, suites: words('suites') }] : [];
  });
}

/** sources.list(5), one line style: `deb [options] address suite component…`. */
function readLines(text: string): readonly SourceEntry[] {
  const lines = text.matchAll(/^[ \t]*deb[ \t]+(?:\[[^\]\n]*\][ \t]+)?(\S+)[ \t]+(\S+)/gm);
  return [...lines].map(([, address = '', suite = '']) => ({ address, suites: [suite] }));
}

/** The sources of the private configuration. */
export function writeSources({ main, security }: ArchiveAddresses, keyring: string = debianKeyring): string {
  const suites = [
    [main, debianRelease],
    ...(security === undefined ? [] : [[security, `${debianRelease}-security`]]),
  ];
  return suites.map(([address, suite]) => `deb [signed-by=${keyring}] ${address} ${suite} main\n`).join('');
}

/** One paragraph of `apt-cache show`, or undefined if it names no file that can be fetched. */
export function readPackageRecord(text: string): LockedPackage | undefined {
  const fields = new Map(
    [...text.matchAll(/^([A-Za-z0-9-]+): (.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
  const name = fields.get('Package');
  const version = fields.get('Version');
  const sha256 = fields.get('SHA256');
  const bytes = Number(fields.get('Size'));
  if (name === undefined || version === undefined || sha256 === undefined || !(bytes > 0)) return undefined;
  return {
    name,
    version,
    architecture: fields.get('Architecture') === 'all' ? 'all' : 'amd64',
    bytes,
    sha256,
  };
}

/**
 * Opens the archive with its private state in `folder`. Nothing is fetched yet.
 * Errors: `package.no-archive` if the machine's sources name none, `package.no-keyring`.
 */
export function openDebianArchive(options: ArchiveOptions = {}): DebianArchive {
  const folder = options.folder ?? join(cacheFolder(), 'apt');
  const { run = runTool, findAddresses = machineArchive, keyring = debianKeyring } = options;
  const addresses = findAddresses();
  if (addresses === undefined) throw EftError.of('package.no-archive', {});
  if (!existsSync(keyring)) throw EftError.of('package.no-keyring', { keyring });
  mkdirSync(join(folder, 'lists/partial'), { recursive: true });
  mkdirSync(join(folder, 'cache/archives/partial'), { recursive: true });
  writeFileSync(join(folder, 'status'), '');
  writeFileSync(join(folder, 'sources.list'), writeSources(addresses, keyring));
  const settings = Object.entries({
    'Dir::Etc::SourceList': join(folder, 'sources.list'),
    'Dir::Etc::SourceParts': '/dev/null',
    'Dir::Etc::Preferences': '/dev/null',
    'Dir::Etc::PreferencesParts': '/dev/null',
    'Dir::State::Lists': join(folder, 'lists'),
    'Dir::State::status': join(folder, 'status'),
    'Dir::Cache': join(folder, 'cache'),
    'APT::Architecture': 'amd64',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
    // The folder is the caller's own, which apt's user for downloads cannot reach.
    'APT::Sandbox::User': 'root',
  }).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  // apt does not wait for its lock on the lists: two builds at once would fail.
  const apt = async (program: string, parameters: readonly string[], at: string): Promise<string> => {
    try {
      return await run('flock', [join(folder, 'lock'), program, ...settings, ...parameters], at);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw EftError.of('package.apt', { command: `${program} ${parameters.join(' ')}`, reason });
    }
  };
  return {
    update: async () => void (await apt('apt-get', ['update', '-q'], folder)),
    find: async (name, version) => {
      const wanted = version === undefined ? name : `${name}=${version}`;
      const shown = await run(
        'flock',
        [join(folder, 'lock'), 'apt-cache', ...settings, 'show', '--no-all-versions', wanted],
        folder,
      ).catch(() => '');
      return readPackageRecord(shown);
    },
    download: async ({ name, version }, target) => {
      await apt('apt-get', ['download', '-q', `${name}=${version}`], target);
      const file = readdirSync(target).find((entry) => entry.endsWith('.deb'));
      if (file === undefined) {
        throw EftError.of('package.apt', { command: `apt-get download ${name}`, reason: 'it left no file' });
      }
      return join(target, file);
    },
  };
}

/** What the sources of this machine name, for its own release. */
function machineArchive(): ArchiveAddresses | undefined {
  const codename = /^VERSION_CODENAME="?([a-z]+)"?$/m.exec(readIfThere('/etc/os-release'))?.[1];
  if (codename === undefined) return undefined;
  const folder = '/etc/apt/sources.list.d';
  const parts = existsSync(folder) ? readdirSync(folder).map((file) => join(folder, file)) : [];
  const files = ['/etc/apt/sources.list', ...parts.sort()].filter((file) => /\.(?:list|sources)$/.test(file));
  return findArchive(
    files.map((file) => ({ file, text: readIfThere(file) })),
    codename,
  );
}

function readIfThere(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** Runs a program in a folder. It rejects with the end of what the program said on standard error. */
export function runTool(program: string, parameters: readonly string[], folder: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: aptTimeoutMs,
      env: { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
    });
    const output: Buffer[] = [];
    let words = '';
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      words = `${words}${chunk}`.slice(-messageLimit);
    });
    child.on('error', reject);
    child.on('close', (status) => {
      if (status === 0) resolve(Buffer.concat(output).toString());
      else reject(new Error(words.trim() || `it ended with ${status ?? 'a signal'}`));
    });
  });
}
