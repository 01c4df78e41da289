/** `eft key scope`: says in a trust policy what a key may sign. */
import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { maximumYamlBytes } from '../../supervisor/document/yaml-document.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { maximumSignatures } from '../../supervisor/trust/cose-sign.ts';
import { maximumKeyFileBytes, readPublicKeyFile } from '../../supervisor/trust/key-file.ts';
import { readTrustPolicy, type Threshold, type TrustPolicy } from '../../supervisor/trust/trust-policy.ts';
import { emptyPolicyText, removeKey, setScope } from '../../supervisor/trust/trust-policy-edit.ts';
import { readInputText, writeOutput } from '../files.ts';
import { formatTable } from '../output/table.ts';
import { type OutputStream, paint, type Terminal, writeJson, writeLine } from '../output/terminal.ts';

type ScopeOptions = {
  readonly trust: string;
  readonly modules?: readonly string[];
  readonly capabilities?: readonly string[];
  readonly threshold: readonly Threshold[];
  readonly comment?: string;
  readonly remove?: true;
  readonly json?: true;
};

export function keyScope(terminal: Terminal): Command {
  const command = new Command('scope');
  return command
    .description('add a key to a trust policy, change what it may sign, or take it out')
    .argument('<FILE.pub>', 'a public key file')
    .requiredOption('--trust <POLICY>', 'the trust policy, a YAML file; it is made if it is not there')
    .option('--modules <NAMES>', "modules it may sign, with commas between, or '*'", readNames)
    .option('--capabilities <NAMES>', "host interfaces and output kinds it may sign for, or '*'", readNames)
    .option(
      '--threshold <NAME=N>',
      'how many keys must sign a module of this name (repeatable)',
      addThreshold,
      [],
    )
    .option('--comment <TEXT>', 'a line for people; the comment of the key file if none is given')
    .option('--remove', 'take the key out')
    .option('--json', 'print the policy as one JSON object')
    .addHelpText(
      'after',
      "\nExamples:\n  eft key scope release.key.pub --trust trust.yaml --modules '*' --capabilities '*'\n" +
        "  eft key scope ops.key.pub --trust trust.yaml --modules 'network,disk' --capabilities 'eft:host/log' --threshold network=2\n" +
        '  eft key scope ops.key.pub --trust trust.yaml --remove',
    )
    .action((file: string, options: ScopeOptions) => {
      const { key, comment } = readPublicKeyFile(readInputText(file, maximumKeyFileBytes), file);
      const isNewFile = !existsSync(options.trust) && options.remove === undefined;
      const text = isNewFile ? emptyPolicyText : readInputText(options.trust, maximumYamlBytes);
      if (options.remove) {
        const edited = removeKey(text, options.trust, key);
        writeOutput(options.trust, edited.text);
        show(terminal, edited.policy, options);
        return;
      }
      const { modules, capabilities, threshold: thresholds } = options;
      const isListed = readTrustPolicy(text, options.trust).keys.has(key.kid);
      if (!isListed && (modules === undefined || capabilities === undefined)) {
        command.error('error: a key that is new to the policy needs --modules and --capabilities');
      }
      const note = options.comment ?? (isListed ? undefined : comment);
      const edited = setScope(text, options.trust, {
        key,
        thresholds,
        ...(note === undefined ? {} : { comment: note }),
        ...(modules === undefined ? {} : { modules }),
        ...(capabilities === undefined ? {} : { capabilities }),
      });
      writeOutput(options.trust, edited.text);
      show(terminal, edited.policy, options);
    });
}

function show({ stdout }: Terminal, policy: TrustPolicy, { json }: ScopeOptions): void {
  const keys = [...policy.keys.values()];
  if (json) {
    const listed = keys.map(({ key, comment, scope }) => ({
      kid: key.kid,
      comment: comment ?? null,
      ...scope,
    }));
    writeJson(stdout, { keys: listed, thresholds: policy.thresholds });
    return;
  }
  const rows = keys.map(({ key, comment, scope }) => [
    paint(stdout, 'name', key.kid.slice(0, 16)),
    comment ?? '',
    namesOf(scope.modules),
    namesOf(scope.capabilities),
  ]);
  writeTable(stdout, ['KEY', 'COMMENT', 'MODULES', 'CAPABILITIES'], rows);
  if (policy.thresholds.length === 0) return;
  writeLine(stdout);
  const thresholds = policy.thresholds.map(({ module, signatures }) => [module, String(signatures)]);
  writeTable(stdout, ['MODULE', 'SIGNATURES NEEDED'], thresholds);
}

function writeTable(
  stdout: OutputStream,
  titles: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const columns = titles.map((title) => ({ title }));
  for (const line of formatTable(columns, rows, (title) => paint(stdout, 'title', title)))
    writeLine(stdout, line);
}

function namesOf(names: readonly string[]): string {
  return names.length === 0 ? 'nothing' : names.join(', ');
}

function readNames(text: string): readonly string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function addThreshold(text: string, previous: readonly Threshold[]): readonly Threshold[] {
  const [, module, count] = /^(.+)=([1-9][0-9]{0,2})$/.exec(text) ?? [];
  const signatures = Number(count);
  if (module === undefined || !(signatures <= maximumSignatures)) {
    throw EftError.of('trust.threshold-argument', { value: text, limit: maximumSignatures });
  }
  return [...previous, { module, signatures }];
}
