import fc from 'fast-check';
import { expect, it } from 'vitest';
import { visibleJson, visibleText } from './visible-text.ts';

const obeyed = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u;

it('shows what a terminal would obey', () => {
  expect(visibleText('\u001b]0;title\u0007 \u009b2J')).toBe('\\u{1b}]0;title\\u{7} \\u{9b}2J');
  expect(visibleText('user \u202enimda\u2066')).toBe('user \\u{202e}nimda\\u{2066}');
  expect(visibleText('one\r\ntwo\u2028three\ttab')).toBe('one\\u{d}\\u{a}two\\u{2028}three\\u{9}tab');
  expect(visibleText('Grüße, 你好, 🦎')).toBe('Grüße, 你好, 🦎');
  expect(visibleText('\ud800')).toBe('\\u{d800}');
  expect(visibleText('abcdef', 3)).toBe('abc…');
});

it('lets nothing through, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(20), (text, limit) => {
      expect(visibleText(text)).not.toMatch(obeyed);
      expect(visibleText(text, limit)).not.toMatch(obeyed);
    }),
  );
});

it('makes JSON that says the same', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      const json = visibleJson(JSON.stringify(value, undefined, 2));
      expect(json.replaceAll('\n', '')).not.toMatch(obeyed);
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
  expect(visibleJson(JSON.stringify('\u{e0041}\u009b'))).toBe('"\\udb40\\udc41\\u009b"');
});
