/** What a configuration would change, or has changed, for people. */
import type { ApplyConfigResponse } from '../../supervisor/api/generated/eft/v1/machine_pb.js';
import { visibleText } from '../../supervisor/document/visible-text.ts';
import { shortKind } from '../api/kind-names.ts';
import { type OutputStream, paint } from './terminal.ts';

/** Characters of one value. */
const valueLimit = 200;

/** A line for each field, then who acts on them, what is started again, and whether a reboot is needed. */
export function planLines(
  stream: OutputStream,
  { changes, needsReboot, restarted, kinds, message }: ApplyConfigResponse,
): readonly string[] {
  const lines = changes.map(({ path, before, after, acts, needsReboot: isLater }) => {
    const values =
      before === ''
        ? paint(stream, 'good', shown(after))
        : after === ''
          ? paint(stream, 'bad', shown(before))
          : `${paint(stream, 'bad', shown(before))} → ${paint(stream, 'good', shown(after))}`;
    const mark = before === '' ? paint(stream, 'good', '+') : after === '' ? paint(stream, 'bad', '-') : '~';
    const by =
      acts.length === 0
        ? ''
        : paint(stream, 'faint', `   (${shown(acts.join(', '))}${isLater ? '; at a reboot' : ''})`);
    return `${mark} ${shown(path)}: ${values}${by}`;
  });
  if (changes.length === 0) lines.push('nothing changes');
  else {
    const resources = kinds.length === 0 ? 'none' : kinds.map(shortKind).join(', ');
    lines.push(
      `resources that change: ${shown(resources)}`,
      `modules that start again: ${restarted.length === 0 ? 'none' : shown(restarted.join(', '))}`,
      `reboot: ${needsReboot ? paint(stream, 'title', 'needed') : 'not needed'}`,
    );
  }
  if (message !== '') lines.push(`${paint(stream, 'good', '✓')} ${visibleText(message)}`);
  return lines;
}

function shown(text: string): string {
  return visibleText(text, valueLimit);
}
