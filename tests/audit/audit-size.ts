/**
 * `npm run audit:size`: prints the sizes against the budget in `budget.yaml`, and ends with 1 if one is over it. A budget goes down, or is
 * argued up in a decision.
 */
import { builtImage } from '../image/built-image.ts';
import { measureSizes, readBudget, sizeNames } from './sizes.ts';

const sizes = measureSizes(await builtImage());
const budget = readBudget();
for (const name of sizeNames) {
  const { limit, reason } = budget[name];
  const sign = sizes[name] <= limit ? '✓' : '✗';
  const [size, most] = [sizes[name], limit].map((value) => value.toLocaleString('en-US'));
  console.log(`${sign} ${name.padEnd(16)}${size?.padStart(12)} of ${most?.padEnd(12)} ${reason}`);
  if (sizes[name] > limit) process.exitCode = 1;
}
