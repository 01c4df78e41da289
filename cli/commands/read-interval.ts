/** A time between two looks, as an option has it. */
import { InvalidArgumentError } from 'commander';

const shortestSeconds = 0.5;
const longestSeconds = 3_600;

/** Seconds from 0.5 to 3,600, given as milliseconds. */
export function readIntervalMs(text: string): number {
  const seconds = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || seconds < shortestSeconds || seconds > longestSeconds)
    throw new InvalidArgumentError(`It must be seconds from ${shortestSeconds} to ${longestSeconds}.`);
  return Math.round(seconds * 1_000);
}
