/** What a swap tells on its way, for people: a line a step, the comparison as a diff with the author's reasons, and at the end what came of it. */
import type {
  CapabilityChange,
  SwapProgress,
  SwappedModule,
} from '../../supervisor/api/generated/eft/v1/module_pb.js';
import { visibleText } from '../../supervisor/document/visible-text.ts';
import { type OutputStream, paint } from '../output/terminal.ts';

/** Characters of a scope that are shown. */
const scopeLimit = 400;
const stepWidth = 9;
const timeWidth = 9;

/** The lines of one message but the last. */
export function progressLines(
  stream: OutputStream,
  { step, module, atNs, changes, message }: SwapProgress,
): readonly string[] {
  const time = paint(stream, 'faint', `${(Number(atNs) / 1e6).toFixed(1)} ms`.padStart(timeWidth));
  const isBad = step === 'go-back';
  const word = paint(stream, isBad ? 'bad' : 'good', visibleText(step).padEnd(stepWidth));
  const about = [module === '' ? '' : paint(stream, 'name', visibleText(module)), visibleText(message)];
  return [
    `${time}  ${word}  ${about.filter((text) => text !== '').join('  ')}`,
    ...changes.flatMap((change) => changeLines(stream, change)),
  ];
}

/** One capability: a line with its sign, the author's reason behind it, and the scopes where they differ. */
function changeLines(
  stream: OutputStream,
  { change, capability, before, after, reason }: CapabilityChange,
): readonly string[] {
  const indent = ' '.repeat(timeWidth + stepWidth + 4);
  const sign = change === 'added' ? '+' : change === 'removed' ? '-' : '~';
  const tone = change === 'added' ? 'good' : change === 'removed' ? 'bad' : 'title';
  const why = reason === '' ? '' : paint(stream, 'faint', `  ${visibleText(reason)}`);
  const lines = [`${indent}${paint(stream, tone, `${sign} ${visibleText(capability)}`)}${why}`];
  const scopes = [
    ['-', 'bad', before],
    ['+', 'good', after],
  ] as const;
  for (const [mark, colour, scope] of scopes) {
    for (const line of scope === '' ? [] : scope.split('\n'))
      lines.push(`${indent}    ${paint(stream, colour, `${mark} ${visibleText(line, scopeLimit)}`)}`);
  }
  return lines;
}

/** What has become of one module. */
export function swappedLine(stream: OutputStream, node: string, swapped: SwappedModule): string {
  const { name, fromVersion, toVersion, pauseNs, survivesReboot } = swapped;
  const from = fromVersion === '' ? 'new' : visibleText(fromVersion);
  const pause =
    fromVersion === '' || pauseNs === 0n ? '' : `, paused for ${(Number(pauseNs) / 1e6).toFixed(1)} ms`;
  const kept = survivesReboot ? '' : '; gone after a reboot, for the node has no STATE';
  const versions = `${paint(stream, 'name', visibleText(name))} ${from} → ${paint(stream, 'good', visibleText(toVersion))}`;
  return `${paint(stream, 'good', '✓')} ${versions} on ${visibleText(node)}${pause}${kept}`;
}

/** The same for programs. */
export function swappedValue(swapped: readonly SwappedModule[]): object {
  return {
    swapped: swapped.map(
      ({ name, fromVersion, toVersion, fromDigest, toDigest, pauseNs, survivesReboot }) => ({
        name,
        fromVersion,
        toVersion,
        fromDigest,
        toDigest,
        pauseNs: Number(pauseNs),
        survivesReboot,
      }),
    ),
  };
}
