/**
 * Whether the fuzzer finds what was planted for it: the same hunts as `npm run fuzz:planted` and `npm run fuzz:mutants`, which write the tables in
 * docs/reference. They take far longer than the other figures, so they can be left out, and asked for alone.
 */
import { killAllMutants } from '../../cli/mutants/mutants.ts';
import { findPlanted, plantedBudget } from '../../cli/mutants/planted.ts';
import { type Figure, say } from '../figures.ts';
import type { OptionHelp } from '../options.ts';

/** What `--planted` may be. */
export const plantedChoices = ['yes', 'no', 'only'] as const;

/** What is said of `--planted` in the help. */
export const plantedHelp: OptionHelp = [
  '--planted CHOICE',
  'yes (the default), no, or only: whether planted bugs and mutants are hunted, which takes long',
];

/** Hunts planted bugs and automatic mutants. Errors: `build.*`. */
export async function measurePlanted(): Promise<readonly Figure[]> {
  const { bugs, controls } = await findPlanted({
    ...plantedBudget,
    onProgress: ({ bug, found }) =>
      say(`${bug.name}: ${found === undefined ? 'not found' : `found after ${found.runs} runs`}`),
  });
  const wrong = controls.filter(({ found }) => found !== undefined).map(({ module }) => module);
  if (wrong.length > 0)
    throw new Error(
      `something is found in ${wrong.join(' and ')} as it is: what is found in bugs means nothing`,
    );
  let hunted = 0;
  const mutants = await killAllMutants(({ module, line, found }) => {
    hunted += 1;
    const how = found === undefined ? 'lives' : `killed after ${found.runs} runs`;
    say(`mutant ${hunted}, ${module} ${line.path}:${line.line}: ${how}`);
  });
  const heldOut = bugs.filter(({ bug }) => bug.isHeldOut);
  const count = (of: typeof bugs): number => of.filter(({ found }) => found !== undefined).length;
  return [
    {
      id: 'fuzz.planted-found',
      value: count(bugs),
      unit: 'bugs',
      better: 'higher',
      against: `${count(heldOut)} of them of ${heldOut.length} held out`,
      aim: bugs.length,
    },
    { id: 'fuzz.planted-total', value: bugs.length, unit: 'bugs', better: 'higher', aim: 20 },
    {
      id: 'fuzz.mutants-killed-ratio',
      value: mutants.filter(({ found }) => found !== undefined).length / mutants.length,
      unit: 'of 1',
      better: 'higher',
      against: `${mutants.length} mutants`,
      aim: 0.8,
    },
  ];
}
