import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { JSON_DEPTH_MAX, jsonText, parseStrictJson } from './strict-json.js';

const codeOf = (text: string): string => {
  const result = parseStrictJson(text);
  return result.ok ? 'accepted' : result.rejection.code;
};

describe('the JSON of a text', () => {
  it('is what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(jsonText(text)).toBe(JSON.stringify(text));
      }),
    );
    for (const text of ['', 'a"b', 'a\\b', '\ud800', '\u2028', '\u007f'])
      expect(jsonText(text)).toBe(JSON.stringify(text));
  });
});

describe('strict JSON', () => {
  it('accepts every JSON that JSON.stringify writes, unchanged, with or without white space', () => {
    const json = fc
      .json({ maxDepth: 6, stringUnit: 'grapheme', noUnicodeString: false } as object)
      .filter((text) => !/__proto__|"constructor"|"prototype"/.test(text) && !hasInexact(JSON.parse(text)));
    fc.assert(
      fc.property(json, fc.boolean(), (text, spaced) => {
        const written = spaced ? JSON.stringify(JSON.parse(text), null, 2) : text;
        expect(parseStrictJson(written)).toEqual({ ok: true, value: JSON.parse(text) });
      }),
    );
  });

  it.each([
    ['{"a":1,"a":2}', 'DUPLICATE_JSON_KEY'],
    ['{"a":{"b":1,"b":1}}', 'DUPLICATE_JSON_KEY'],
    ['{"a":1,"\\u0061":2}', 'DUPLICATE_JSON_KEY'],
    ['[{"x":[{"y":1 , "y":2}]}]', 'DUPLICATE_JSON_KEY'],
    ['9007199254740993', 'NUMBER_NOT_EXACT'],
    ['{"n":1e400}', 'NUMBER_NOT_EXACT'],
    ['0.1000000000000000055', 'NUMBER_NOT_EXACT'],
    ['{"__proto__":{}}', 'FORBIDDEN_KEY'],
    ['{"\\u005f_proto__":{}}', 'FORBIDDEN_KEY'],
    ['{"a":{"constructor":1}}', 'FORBIDDEN_KEY'],
    ['"\\ud800"', 'INVALID_TEXT'],
    ['{"\\udfff":1}', 'INVALID_TEXT'],
    ['"a\\u0000b"', 'INVALID_TEXT'],
    ['{"a":', 'INVALID_JSON'],
    ['', 'INVALID_JSON'],
    ['[1,]', 'INVALID_JSON'],
    ['"\u0000"', 'INVALID_JSON'],
    ['{"a":[1,{"b":1}],"b":2,"a":3}', 'DUPLICATE_JSON_KEY'],
    ['{"a":{"b":{}},"c":[{"b":1},{"b":1}],"b":1}', 'accepted'],
    ['{"Aa":1,"BB":2}', 'accepted'], // their hashes are the same
    ['{"a":["constructor","a","a"]}', 'accepted'],
    ['{"a":"\\\\"}', 'accepted'],
    ['{"a":"\\\\\\",\\"a\\":1"}', 'accepted'],
    ['1234567890123456', 'accepted'],
    ['0.12345678901234567', 'NUMBER_NOT_EXACT'],
    ['[-12.5,1E3]', 'accepted'],
    ['"\u{1F600}"', 'accepted'],
    ['0.10', 'accepted'],
    ['1e2', 'accepted'],
    ['-0', 'accepted'],
    ['1.50E+1', 'accepted'],
    ['9007199254740991', 'accepted'],
    ['"\\ud83d\\ude00"', 'accepted'],
  ])('reads %s as %s', (text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  it('refuses nesting beyond the bound, however deep, and accepts it up to there', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(codeOf(nested(JSON_DEPTH_MAX))).toBe('accepted');
    expect(codeOf(nested(JSON_DEPTH_MAX + 2))).toBe('JSON_TOO_DEEP');
    expect(codeOf(nested(10_000))).toBe('JSON_TOO_DEEP');
    expect(codeOf(nested(1_000_000))).toBe('JSON_TOO_DEEP');
  });

  it('finds a repeated key among many, in a text of any length', () => {
    const members = (count: number): string[] => Array.from({ length: count }, (_, at) => `"key-${at}":"é"`);
    for (const count of [10, 64, 65, 3_000]) {
      expect(codeOf(`{${members(count).join()}}`)).toBe('accepted');
      expect(codeOf(`{${[...members(count), '"key-7":1'].join()}}`)).toBe('DUPLICATE_JSON_KEY');
    }
  });

  it('points at the place it refuses without repeating values', () => {
    const result = parseStrictJson('{"a":[{"secret/key":1,"secret/key":"value"}]}');
    expect(result).toMatchObject({ ok: false, rejection: { pointer: '/a/0/secret~1key' } });
    expect(JSON.stringify(result)).not.toContain('value"');
  });
});

function hasInexact(value: unknown): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(hasInexact);
}
