import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildComponent } from '../../tests/errors/small-component.ts';
import { smallComponent } from '../../tests/errors/small-module.ts';
import { readSections, writeCustomSection } from './module-sections.ts';

test('custom sections of any name and size are written as they are read', () => {
  const component = buildComponent(smallComponent);
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.constantFrom(120, 16_380, 70_000).map((n) => new Uint8Array(n).fill(7)),
  );
  const name = fc
    .string({ unit: 'binary', maxLength: 200 })
    .filter((text) => !text.startsWith('eft:') && text.isWellFormed());
  fc.assert(
    fc.property(fc.array(fc.tuple(name, content), { maxLength: 4 }), (sections) => {
      const file = new Uint8Array(
        Buffer.concat([component, ...sections.map(([n, c]) => writeCustomSection(n, c))]),
      );
      const read = readSections(file).filter((section) => section.name !== undefined);
      expect(read.map((section) => section.name)).toEqual(sections.map(([n]) => n));
      for (const [index, section] of read.entries()) {
        const bytes = file.subarray(section.contentStart, section.end);
        expect(Buffer.compare(bytes, sections[index]?.[1] ?? new Uint8Array())).toBe(0);
      }
      expect(read.at(-1)?.end ?? file.length).toBe(file.length);
    }),
  );
});
