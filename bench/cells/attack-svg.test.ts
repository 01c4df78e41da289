/** The picture holds every attack with what became of it, and is well-formed. */
import { expect, it } from 'vitest';
import { attackSvg } from './attack-svg.ts';
import { attacks } from './attacks.ts';
import type { AttackResult } from './neighbour.ts';

const results: readonly AttackResult[] = attacks.map((attack) => ({
  attack,
  run: {
    samples: [
      { atMs: -100, latencyMs: 0.2 },
      { atMs: 10, latencyMs: 1_000_000 },
      { atMs: 12, latencyMs: 0.000_001 },
    ],
    overMs: 700,
    lives: [
      { beginMs: 0, endMs: 250 },
      { beginMs: 300, endMs: undefined },
    ],
    containedMs: 250,
    containedBy: 'a limit of <3> & more',
    record: undefined,
  },
  ratio: 2,
  p99BeforeMs: 1,
  p99DuringMs: 2,
  eventsDuring: 1_000,
}));

it('names each attack, and when and by what it was contained', () => {
  const svg = attackSvg(results, 'a machine & more');
  for (const { title } of attacks) expect(svg).toContain(`>${title}</text>`);
  expect(svg.split('250 ms</tspan> · a limit of &lt;3> &amp; more')).toHaveLength(attacks.length + 1);
});

it('every element that is opened is closed, and no number is missing', () => {
  const svg = attackSvg(results, 'a machine');
  const opened = [...svg.matchAll(/<(\w+)[^>]*?(\/?)>/g)].filter(([, , end]) => end === '').length;
  expect([...svg.matchAll(/<\/\w+>/g)]).toHaveLength(opened);
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
});
