/**
 * jco's reader of components, wasm-tools, beside ours: what ours takes, the other must take too, or a module would be shown to whoever reviews it with other
 * tools as something else than what runs. And what only the other takes, ours must refuse as what it does not support, or as too large: not as
 * malformed.
 *
 * Neither looks at the code of core modules here: that is for the engine.
 */
import { Component } from '../../supervisor/component/component.ts';
import { decodeComponent } from '../../supervisor/component/decode.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { ComponentToolError, runComponentTool } from '../../wit/bindgen/component-tools.ts';

/** How ours may refuse what the other takes: docs/reference/component-host.md lists what is not supported. */
const refusals: readonly string[] = [
  'component.unsupported',
  'component.too-large',
  'component.core',
  // The other takes a file that ends within its last core module, between two sections of that.
  'component.truncated',
];

/** What the other refuses and ours takes, each for a reason. */
const moreThanOther: readonly RegExp[] = [
  // The other wants each type of an exported function to have a name; ours knows types by what they are.
  /func not valid to be used as (?:export|import)/,
  // Limits of memories and tables, and types of globals, are held against each other by the engine, when it links.
  /mismatch in (?:table|memory|global)/,
];

/** What the two readers disagree about in `bytes`, as a clause; undefined: they agree. */
export async function disagreement(bytes: Uint8Array<ArrayBuffer>): Promise<string | undefined> {
  const ours = refusalOf(bytes);
  const other = await otherRefusalOf(bytes);
  if (ours === undefined && other !== undefined && moreThanOther.every((reason) => !reason.test(other)))
    return `wasm-tools refuses what is decoded: ${other}`;
  if (ours !== undefined && other === undefined && !refusals.includes(ours.code))
    return `wasm-tools takes what is refused: ${ours.render().split('\n')[0] ?? ''}`;
  return undefined;
}

function refusalOf(bytes: Uint8Array): EftError | undefined {
  try {
    Component.of(decodeComponent(bytes));
    return undefined;
  } catch (error) {
    if (error instanceof EftError) return error;
    throw error;
  }
}

/** Why the other reader refuses the bytes. That it has no WIT for a valid component is not against these. */
async function otherRefusalOf(bytes: Uint8Array): Promise<string | undefined> {
  try {
    await runComponentTool({ operation: 'wit', component: bytes });
    return undefined;
  } catch (error) {
    if (!(error instanceof ComponentToolError)) throw error;
    // What the parser and the validator say has a place.
    const said = /^(?:Failed to decode wit component\n)?(?<reason>.*) \(at offset 0x[0-9a-f]+\)/s.exec(
      error.message,
    );
    return said?.groups?.['reason']?.replaceAll('\n', ': ');
  }
}
