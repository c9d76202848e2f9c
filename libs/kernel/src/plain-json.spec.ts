import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Json } from './envelope.js';
import { jsonOf, type JsonMembers } from './plain-json.js';

describe('jsonOf', () => {
  it('writes what JSON.stringify writes, whatever the object holds', () => {
    const name = fc.oneof(fc.constantFrom('id', 'data', '1', 'ü', '"', '\u{1F600}'), fc.string());
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\u007f', 'ÿ', 'Ā', '\ud800'),
    );
    const number = fc.oneof(
      fc.integer(),
      fc.double({ noNaN: true }),
      fc.constantFrom(0, -0, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 999_999_999, 1e21, Number.MAX_SAFE_INTEGER),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        text,
        number,
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 5 }),
        fc.dictionary(name, fc.option(tie('value'), { nil: undefined }), { maxKeys: 5 }),
      ),
    }));
    const object = fc.dictionary(name, fc.option(value, { nil: undefined }), { maxKeys: 8 });
    fc.assert(
      fc.property(object, (members) => {
        expect(jsonOf(members as JsonMembers)).toBe(JSON.stringify(members));
      }),
      { numRuns: 2_000 },
    );
  });

  it('writes what is as large as its room, or larger', () => {
    for (let length = 8_000; length < 8_300; length += 1) {
      const texts = { text: 'x'.repeat(length), flag: true };
      expect(jsonOf(texts)).toBe(JSON.stringify(texts));
      const items = { items: Array.from({ length: Math.floor(length / 2) }, () => 7), last: -2_147_483_648 };
      expect(jsonOf(items)).toBe(JSON.stringify(items));
    }
  });

  it('writes what is nested so deeply that its ends alone fill the room', () => {
    for (let length = 7_900; length < 8_200; length += 1) {
      let value: Json = 'x'.repeat(length);
      for (let level = 0; level < 100; level++) value = level % 2 === 0 ? [value] : { a: value };
      expect(jsonOf({ value })).toBe(JSON.stringify({ value }));
    }
  });
});
