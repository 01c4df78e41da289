/** Small files that mean much: each is refused for what it would cost, before it costs it. */
import { describe, expect, it } from 'vitest';
import { compileText } from '../../tests/component-host/wat-guest.ts';
import { decodeComponent } from './decode.ts';

const leb = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) | 0x80, ...leb(Math.floor(value / 128))];
/** A type index, which is written as a signed number. */
const signedLeb = (value: number): number[] =>
  value < 64 ? [value] : [(value % 128) | 0x80, ...signedLeb(Math.floor(value / 128))];
const text = (name: string) => [...leb(name.length), ...Buffer.from(name)];
const section = (id: number, content: readonly number[]) => [id, ...leb(content.length), ...content];
const vector = (items: readonly (readonly number[])[]) => [...leb(items.length), ...items.flat()];
const times = <Item>(count: number, make: (index: number) => Item) =>
  Array.from({ length: count }, (_, index) => make(index));

function decode(...sections: readonly (readonly number[])[]): unknown {
  return decodeComponent(Uint8Array.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0, ...sections.flat()]));
}

/** An interface type of `count` items, each of them the type u8. */
const interfaceType = (count: number) => {
  const items = times(count, (index) => [0x04, 0x00, ...text(`a${index}`), 0x03, 0x00, 0x00]);
  return [0x42, ...vector([[0x01, 0x7d], ...items])];
};

describe('types', () => {
  const nested = (depth: number) => [[0x7d], ...times(depth, (index) => [0x6b, ...signedLeb(index)])];

  it('may nest a hundred deep, not ten thousand', () => {
    decode(section(7, vector(nested(100))));
    expect(() => decode(section(7, vector(nested(10_000))))).toThrow('types nest more than 100 deep');
  });

  it('may have as many labels as a module may have definitions', () => {
    const labels = vector(times(100_001, (index) => text(`a${index}`)));
    expect(() => decode(section(7, [1, 0x6d, ...labels]))).toThrow('more than 100000 definitions');
  });
});

describe('an interface', () => {
  it('that is imported under many names counts each time', () => {
    const imports = times(400, (index) => [0x00, ...text(`a:b/c${index}`), 0x05, 0x00]);
    const type = section(7, vector([interfaceType(400)]));
    expect(() => decode(type, section(10, vector(imports)))).toThrow('more than 100000 definitions');
  });

  it('that is exported under many names counts each time', () => {
    const items = times(400, (index) => [0x00, ...text(`a${index}`), 0x03, 0x00]);
    const exports = times(400, (index) => [0x00, ...text(`a:b/c${index}`), 0x05, 0x00, 0x00]);
    const type = section(7, vector([[0x7d]]));
    const instance = section(5, vector([[0x01, ...vector(items)]]));
    expect(() => decode(type, instance, section(11, vector(exports)))).toThrow(
      'more than 100000 definitions',
    );
  });

  it('holds no interfaces, which would double with each level', () => {
    const levels = times(40, (index) => [
      0x01,
      ...vector([
        [0x00, ...text('a'), 0x05, index],
        [0x00, ...text('b'), 0x05, index],
      ]),
    ]);
    expect(() => decode(section(5, vector([[0x01, 0x00], ...levels])))).toThrow(
      'an instance inside an instance',
    );
  });
});

it('a nested component that is instantiated many times counts by its size each time', () => {
  const padding = section(0, [...text('x'), ...times(100_000, () => 0)]);
  const nested = section(4, [0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0, ...padding]);
  const instances = section(5, vector(times(100, () => [0x00, 0x00, 0x00])));
  expect(() => decode(nested, instances)).toThrow('more than 100000 definitions');
});

it('a function type that many functions have counts each time', () => {
  const parameters = times(500, (index) => [...text(`a${index}`), 0x7d]);
  const type = section(7, vector([[0x40, ...vector(parameters), 0x01, 0x00]]));
  const imported = section(10, vector([[0x00, ...text('f'), 0x01, 0x00]]));
  const memory = section(1, [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 3, 1, 0, 1, 7, 5, 1, 1, 0x6d, 2, 0]);
  const instance = section(2, vector([[0x00, 0x00, 0x00]]));
  const alias = section(6, vector([[0x00, 0x02, 0x01, 0x00, ...text('m')]]));
  const lowers = section(8, vector(times(300, () => [0x01, 0x00, 0x00, 1, 0x03, 0x00])));
  expect(() => decode(type, imported, memory, instance, alias, lowers)).toThrow(
    'more than 100000 definitions',
  );
});

it('a module of ordinary size is far from the limit', async () => {
  const functions = times(
    500,
    (index) => `(func (export "f-${index}") (param "n" u32) (canon lift (core func $i "f")))`,
  );
  const core = '(core module $m (func (export "f") (param i32))) (core instance $i (instantiate $m))';
  const component = await compileText(`(component ${core} ${functions.join('\n')})`);
  expect(component.world.exports.size).toBe(500);
});

it('core instances are counted, as each has memories and tables of its own', async () => {
  const instances = (count: number) =>
    `(component (core module $m (table 10 funcref)) ${'(core instance (instantiate $m)) '.repeat(count)})`;
  await compileText(instances(64));
  await expect(compileText(instances(65))).rejects.toThrow('more than 64 core instances');
});

it('a resource that no interface brings is refused, as no class of the host can be told for it', async () => {
  await expect(compileText('(component (import "x" (type (sub resource))))')).rejects.toThrow(
    'a resource outside any interface, `x`',
  );
});
