import { expect, it } from 'vitest';
import { kernelLevel, moduleLine, phaseLine, visible } from './console.ts';

it('shows a phase with its time, and nothing of one that has only begun', () => {
  const value = { order: 1, state: 'done', began: 0n, took: 12_345_678n, message: '9 mounted' } as const;
  expect(phaseLine({ name: 'file-systems', value })).toBe('✓ file-systems       12.3 ms  9 mounted');
  const partly = { ...value, state: 'partly', message: 'this kernel has no a' } as const;
  expect(phaseLine({ name: 'sysctls', value: partly })).toBe(
    '~ sysctls            12.3 ms  this kernel has no a',
  );
  expect(phaseLine({ name: 'x', value: { ...value, state: 'running', took: undefined } })).toBeUndefined();
});

it('shows what modules log, with values that need quotes in quotes', () => {
  const fields = [
    { name: 'address', value: '10.0.0.5/24' },
    { name: 'why', value: 'no route' },
  ];
  const line = { level: 'warn', message: 'lease lost', fields } as const;
  expect(moduleLine('network', line)).toBe('network warn: lease lost address=10.0.0.5/24 why="no route"');
  expect(kernelLevel(line)).toBe('warning');
});

it('obeys no control character', () => {
  expect(visible('a\u001b[2Jb\nc\u202ed')).toBe('a<1b>[2Jb<0a>c<202e>d');
  const fields = [{ name: 'x\u0007', value: '\u001b]0;y\u0007' }];
  expect(moduleLine('m', { level: 'info', message: 'x\r', fields })).toBe(
    'm info: x<0d> x<07>="<1b>]0;y<07>"',
  );
});
