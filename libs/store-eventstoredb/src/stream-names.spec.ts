import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { prefixOf, streamNameOf, streamOfName } from './stream-names.js';

const anyText = fc.string({
  unit: fc.oneof(fc.constantFrom('/', '-', '.', '$', 'a'), fc.string({ unit: 'grapheme', maxLength: 1 })),
  maxLength: 12,
});

describe('names of streams in the server', () => {
  it('have the category in front, for the server to see', () => {
    expect(streamNameOf('main', 'relationship/42')).toBe('main.relationship-42');
    expect(streamNameOf('main', 'relationship/a-b/c')).toBe('main.relationship-a-b/c');
  });

  it('give every stream back, and never one of another', () => {
    fc.assert(
      fc.property(anyText, anyText, (one, other) => {
        expect(streamOfName('main', streamNameOf('main', one))).toBe(one);
        if (one !== other) expect(streamNameOf('main', one)).not.toBe(streamNameOf('main', other));
      }),
      { numRuns: 2_000 },
    );
  });

  it('belong to one tenant', () => {
    expect(streamOfName('main', streamNameOf('main2', 'relationship/42'))).toBeUndefined();
    expect(streamNameOf('main2', 'relationship/42').startsWith(prefixOf('main'))).toBe(false);
  });

  it('are not those of the server itself', () => {
    expect(streamNameOf('main', '$all').startsWith('$')).toBe(false);
    expect(streamOfName('main', '$$main.relationship-42')).toBeUndefined();
    expect(streamOfName('main', 'main.other')).toBeUndefined();
  });
});
