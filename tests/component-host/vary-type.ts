/** Types that differ from a given one as versions of an interface do: parts come and go, and change. */
import type { ValueType } from '../../supervisor/component/types.ts';

/** Draws a number from 0 to `count` - 1. */
export type Draw = (count: number) => number;

const number: ValueType = { kind: 'u32', name: undefined };
const option = (some: ValueType): ValueType => ({ kind: 'option', some, name: undefined });

/** A variation of `type`: each part may change, each change one time in `rarity`. */
export function varyType(type: ValueType, draw: Draw, rarity = 4): ValueType {
  const happens = () => draw(rarity) === 0;
  const vary = (part: ValueType) => varyType(part, draw, rarity);
  const varyPart = (part: ValueType | undefined) => {
    if (happens()) return part === undefined ? option(number) : undefined;
    return part === undefined ? undefined : vary(part);
  };
  if (happens()) return type.kind === 'option' && happens() ? type.some : option(type);
  switch (type.kind) {
    case 'record': {
      const fields = type.fields.map((field) => ({ ...field, type: vary(field.type) }));
      if (happens() && fields.length > 1) fields.splice(draw(fields.length), 1);
      if (happens()) fields.push({ name: 'extra', type: draw(2) === 0 ? number : option(number) });
      return { ...type, fields: happens() ? fields.toReversed() : fields };
    }
    case 'variant': {
      const cases = type.cases.map((item) => ({ ...item, type: varyPart(item.type) }));
      if (happens() && cases.length > 1) cases.splice(draw(cases.length), 1);
      if (happens()) cases.push({ name: 'extra', type: number });
      return { ...type, cases: happens() ? cases.toReversed() : cases };
    }
    case 'enum':
    case 'flags': {
      const labels = [...type.labels];
      if (happens() && labels.length > 1) labels.splice(draw(labels.length), 1);
      if (happens() && labels.length < 32) labels.push('extra');
      return { ...type, labels: happens() ? labels.toReversed() : labels };
    }
    case 'list':
      return { ...type, element: vary(type.element) };
    case 'option':
      return { ...type, some: vary(type.some) };
    case 'tuple':
      return { ...type, elements: type.elements.map(vary) };
    case 'result':
      return { ...type, ok: varyPart(type.ok), err: varyPart(type.err) };
    default:
      return happens() ? number : type;
  }
}
