import { expect, it } from 'vitest';
import { builtImage, imageBuildLimitMs } from '../image/built-image.ts';
import { codeLines, measureSizes, readBudget, sizeNames } from './sizes.ts';

it('what a node trusts stays within its budget', { timeout: imageBuildLimitMs }, async () => {
  const sizes = measureSizes(await builtImage());
  const budget = readBudget();
  const over = sizeNames.filter((name) => sizes[name] > budget[name].limit);
  expect(over.map((name) => `${name}: ${sizes[name]} of ${budget[name].limit}`)).toEqual([]);
});

it('comments and blank lines do not count', () => {
  expect(codeLines('/**\n * no\n */\nconst yes = 1; // yes\n\n  // no\n  /* no */\nyes();\n')).toBe(2);
});
