import { describe, expect, it } from '@jest/globals';
import { readBinaryMode } from './binary-mode.js';

const body = Buffer.from('{"a":1}');
const code = (headers: readonly string[], bytes = body): string => {
  const result = readBinaryMode(headers, bytes);
  return result.ok ? 'ok' : result.rejection.code;
};

describe('binary mode', () => {
  it('takes attributes from headers and data from the body', () => {
    expect(
      readBinaryMode(['Host', 'x', 'CE-SpecVersion', '1.0', 'ce-id', 'a b', 'ce-episode', '7'], body),
    ).toEqual({
      ok: true,
      value: { specversion: '1.0', id: 'a b', episode: '7', data: { a: 1 } },
    });
  });

  it('undoes one round of percent-encoding, as UTF-8', () => {
    expect(readBinaryMode(['ce-id', 'Euro%20%E2%82%AC%20%F0%9F%98%80%2525'], body)).toMatchObject({
      value: { id: 'Euro € 😀%25' },
    });
  });

  it('undoes the quoting of older senders', () => {
    expect(readBinaryMode(['ce-id', String.raw`"a \"b\" \\ %41"`], body)).toMatchObject({
      value: { id: String.raw`a "b" \ A` },
    });
  });

  it('refuses what it would have to guess', () => {
    expect(code(['ce-id', '1', 'CE-ID', '2'])).toBe('INVALID_ENVELOPE');
    expect(code(['ce-id', '50%'])).toBe('INVALID_TEXT');
    expect(code(['ce-id', '%C3%28'])).toBe('INVALID_TEXT');
    expect(code(['ce-id', 'Ã¼'])).toBe('INVALID_TEXT');
    expect(code(['ce-my_name', 'x'])).toBe('INVALID_ENVELOPE');
    expect(code(['ce-data', 'x'])).toBe('INVALID_ENVELOPE');
    expect(code(['ce-__proto__', 'x'])).toBe('INVALID_ENVELOPE');
  });

  it('reads the body as strictly as any other', () => {
    expect(code([], Buffer.from('{"a":1,"a":2}'))).toBe('DUPLICATE_JSON_KEY');
    expect(code([], Buffer.from([0x22, 0xff, 0x22]))).toBe('INVALID_TEXT');
    expect(readBinaryMode([], Buffer.from('{"b":{"a":1e999}}'))).toMatchObject({
      rejection: { code: 'NUMBER_NOT_EXACT', pointer: '/data/b/a' },
    });
  });

  it('leaves data out when there is no body', () => {
    expect(readBinaryMode(['ce-id', '1'], Buffer.alloc(0))).toEqual({ ok: true, value: { id: '1' } });
  });
});
