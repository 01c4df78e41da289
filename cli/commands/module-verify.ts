/** `eft module verify`: says whether a node with this trust policy would run the module, as the node itself decides it. */
import { Command, InvalidArgumentError } from 'commander';
import { maximumYamlBytes } from '../../supervisor/document/yaml-document.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import type { OpenedModule, PassedCheck } from '../../supervisor/trust/module-file.ts';
import { maximumModuleBytes } from '../../supervisor/trust/module-sections.ts';
import type { TrustPolicy } from '../../supervisor/trust/trust-policy.ts';
import { readInput, readInputText } from '../files.ts';
import { paint, type Terminal, writeJson, writeLine } from '../output/terminal.ts';

type VerifyOptions = {
  readonly trust: string;
  readonly minimumSecurityVersion: number;
  readonly json?: true;
};

export function moduleVerify(terminal: Terminal): Command {
  return new Command('verify')
    .description('verify a module against a trust policy, as a node does before it runs it')
    .argument('<FILE>', 'a signed module')
    .requiredOption('--trust <POLICY>', 'the trust policy (eft key scope writes one)')
    .option('--minimum-security-version <N>', 'refuse a module below this security version', readCount, 0)
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nEnds with 0 if the module is good, with 1 and the reason if it is not.\n\n' +
        'Examples:\n  eft module verify network.wasm --trust trust.yaml\n' +
        '  eft module verify network.wasm --trust trust.yaml --minimum-security-version 3',
    )
    .action(async (file: string, options: VerifyOptions) => {
      const { openModule } = await import('../../supervisor/trust/module-file.ts');
      const { readTrustPolicy } = await import('../../supervisor/trust/trust-policy.ts');
      const { stdout } = terminal;
      const policy = readTrustPolicy(readInputText(options.trust, maximumYamlBytes), options.trust);
      const bytes = readInput(file, maximumModuleBytes);
      const minimumSecurityVersion = () => options.minimumSecurityVersion;
      const onPassed = ({ check, found }: PassedCheck) => {
        if (!options.json) writeLine(stdout, `${paint(stdout, 'good', '✓')} ${check.padEnd(18)}${found}`);
      };
      try {
        const module = openModule(bytes, policy, { file, minimumSecurityVersion, onPassed });
        if (options.json) writeJson(stdout, describe(module));
        else writeVerdict(terminal, policy, module);
      } catch (error) {
        if (error instanceof EftError) {
          const { code, message, act } = error;
          if (options.json) writeJson(stdout, { good: false, code, message, act });
          else
            writeLine(
              stdout,
              `${paint(stdout, 'bad', '✗')} ${file} is refused: no node with this policy runs it`,
            );
        }
        throw error;
      }
    });
}

function describe({ manifest, signers, verdict, digest }: OpenedModule): Readonly<Record<string, unknown>> {
  const { name, version, securityVersion } = manifest;
  const { counted, needed } = verdict;
  return { good: true, name, version, securityVersion, digest, signers, counted, needed };
}

function writeVerdict({ stdout }: Terminal, policy: TrustPolicy, module: OpenedModule): void {
  const { manifest, signers, verdict, digest } = module;
  for (const kid of signers) {
    const comment = policy.keys.get(kid)?.comment;
    const counts = verdict.counted.includes(kid) ? 'counts' : 'is out of scope';
    writeLine(stdout, `  ${kid}${comment === undefined ? '' : ` (${comment})`} ${counts}`);
  }
  writeLine(stdout, `  sha256 of what is signed: ${digest}`);
  const good = paint(stdout, 'good', 'good');
  writeLine(stdout, `${manifest.name} ${manifest.version} is ${good}: a node with this policy runs it`);
}

function readCount(text: string): number {
  if (!/^(0|[1-9][0-9]{0,9})$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}
