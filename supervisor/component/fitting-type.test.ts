import { parse } from '@bytecodealliance/jco';
import { expect, it } from 'vitest';
import { counterGuest } from '../../tests/component-host/wat-guest.ts';
import { decodeComponent } from './decode.ts';

/** Why a component is refused, or undefined. `parse` only writes it in binary; it checks nothing. */
async function refusal(text: string): Promise<string | undefined> {
  const bytes = await parse(text);
  try {
    decodeComponent(bytes);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Exports the import `f` of type `own` as `g`, and says that it is of type `declared`. */
const exportedAs = (own: string, declared: string): string =>
  `(component (import "f" (func $f ${own})) (export "g" (func $f) (func ${declared})))`;

it('takes an export of the type that is ascribed to it, and refuses one of another', async () => {
  const well =
    '(param "a" u8) (param "b" (list (tuple string (option f32)))) (result (result s8 (error char)))';
  expect(await refusal(exportedAs(well, well))).toBe(undefined);
  for (const [from, to] of [
    ['"a" u8', '"a" u16'],
    ['"a" u8', '"c" u8'],
    ['option f32', 'option f64'],
    ['tuple string', 'tuple char'],
    ['(list (tuple string (option f32)))', '(list string)'],
    ['s8 (error char)', 's8'],
    ['(param "a" u8) ', ''],
    ['(result (result s8 (error char)))', ''],
  ] as const)
    expect(await refusal(exportedAs(well, well.replace(from, to))), to).toContain(
      '`g` is exported as something else than it is',
    );
});

it('knows records, variants, enums and flags by the names in them', async () => {
  for (const [one, other] of [
    ['(record (field "a" u8) (field "b" u8))', '(record (field "b" u8) (field "a" u8))'],
    ['(variant (case "a" u8) (case "b"))', '(variant (case "a") (case "b" u8))'],
    ['(enum "a" "b")', '(enum "a" "c")'],
    ['(flags "a" "b")', '(flags "a")'],
    ['(enum "a")', '(flags "a")'],
  ] as const) {
    const text = (declared: string) => `(component
      (type $one' ${one}) (import "one" (type $one (eq $one'))) (import "f" (func $f (param "x" $one)))
      (type $other ${declared}) (export "g" (func $f) (func (param "x" $other))))`;
    expect(await refusal(text(one))).toBe(undefined);
    expect(await refusal(text(other)), other).toContain('is exported as something else');
  }
});

it('refuses to give a nested component a function of another type than it imports', async () => {
  const text = (given: string) => `(component (import "f" (func $f ${given}))
    (component $c (import "g" (func $g (param "a" u8))) (export "h" (func $g)))
    (instance $i (instantiate $c (with "g" (func $f)))) (export "i:j/k" (instance $i)))`;
  expect(await refusal(text('(param "a" u8)'))).toBe(undefined);
  expect(await refusal(text('(param "a" u32)'))).toContain(
    'a nested component is given `g` as something else',
  );
});

it('refuses a function whose name says that it belongs to a resource, and whose type does not', async () => {
  const items = (functions: string) => `(component (import "a:b/c" (instance
    (export "file" (type $file (sub resource))) (export "other" (type $other (sub resource))) ${functions})))`;
  for (const well of [
    '(export "[method]file.read" (func (param "self" (borrow $file))))',
    '(export "[constructor]file" (func (param "n" u8) (result (own $file))))',
    '(export "[constructor]file" (func (result (result (own $file) (error string)))))',
    '(export "[static]file.open" (func))',
  ])
    expect(await refusal(items(well)), well).toBe(undefined);
  for (const ill of [
    '(export "[method]file.read" (func))',
    '(export "[method]file.read" (func (param "self" string)))',
    '(export "[method]file.read" (func (param "self" (own $file))))',
    '(export "[method]file.read" (func (param "self" (borrow $other))))',
    '(export "[method]file.read" (func (param "it" (borrow $file))))',
    '(export "[method]none.read" (func (param "self" (borrow $file))))',
    '(export "[constructor]file" (func))',
    '(export "[constructor]file" (func (result (own $other))))',
    '(export "[static]none.open" (func))',
  ])
    expect(await refusal(items(ill)), ill).toContain('its type is not one that its name allows');
});

it('takes a guest with a resource of its own', async () => {
  expect(await refusal(counterGuest)).toBe(undefined);
});
