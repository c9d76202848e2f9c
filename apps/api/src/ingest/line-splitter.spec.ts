import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LineSplitter, type LineFault } from './line-splitter.js';

type Seen = readonly [number: number, what: string | { readonly fault: LineFault }];

function split(chunks: readonly Buffer[], lineBytesMax = 1_000): Seen[] {
  const seen: Seen[] = [];
  const splitter = new LineSplitter(
    {
      line: (number, text) => seen.push([number, text]),
      fault: (number, fault) => seen.push([number, { fault }]),
    },
    lineBytesMax,
  );
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return seen;
}

const cut = (bytes: Buffer, sizes: readonly number[]): Buffer[] => {
  const chunks: Buffer[] = [];
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    chunks.push(Buffer.from(bytes.subarray(at, at + size)));
    at += size;
  }
  return chunks;
};

describe('LineSplitter', () => {
  it('gives the same lines however the bytes are cut', () => {
    const line = fc
      .oneof(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.constant('{"a":"ü"}'))
      .map((text) => text.replace(/[\r\n]/g, ''));
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 30 }),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
        (lines, newline, ended, sizes) => {
          const bytes = Buffer.from(lines.join(newline) + (ended ? newline : ''), 'utf8');
          const expected = lines.map((text, i): Seen => [i + 1, text]).filter(([, text]) => text !== '');
          expect(split(cut(bytes, sizes))).toEqual(expected);
        },
      ),
    );
  });

  it('skips a line that is too long, to its end, and keeps those around it', () => {
    for (const size of [1, 7, 64, 4_096]) {
      const bytes = Buffer.from(`a\n${'x'.repeat(300)}\nb\n${'y'.repeat(100)}\n${'z'.repeat(101)}`);
      expect(split(cut(bytes, [size]), 100)).toEqual([
        [1, 'a'],
        [2, { fault: 'tooLong' }],
        [3, 'b'],
        [4, 'y'.repeat(100)],
        [5, { fault: 'tooLong' }],
      ]);
    }
  });

  it('counts bytes, not characters', () => {
    expect(split([Buffer.from(`${'ü'.repeat(51)}\n${'ü'.repeat(50)}`)], 100)).toEqual([
      [1, { fault: 'tooLong' }],
      [2, 'ü'.repeat(50)],
    ]);
  });

  it('tells a line that is not UTF-8 from those around it', () => {
    const bytes = Buffer.concat([
      Buffer.from('ok\n'),
      Buffer.from([0x61, 0xc3, 0x28, 0x0a]),
      Buffer.from('grün\n'),
      Buffer.from([0xff]),
    ]);
    for (const size of [1, 3, 100]) {
      expect(split(cut(bytes, [size]))).toEqual([
        [1, 'ok'],
        [2, { fault: 'notUtf8' }],
        [3, 'grün'],
        [4, { fault: 'notUtf8' }],
      ]);
    }
  });

  it('counts empty lines and does not give them', () => {
    expect(split([Buffer.from('\n\na\n\r\n\nb')])).toEqual([
      [3, 'a'],
      [6, 'b'],
    ]);
  });
});
