import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { markdownTable, markdownText } from './markdown-text.js';

/** What a reader sees: backslashes before punctuation fall away (CommonMark, section 2.4). */
const shown = (markdown: string): string => markdown.replace(/\\([!-/:-@[-`{-~])/g, '$1');

const hostile = fc.stringMatching(
  /^([\\`*_[\]<>|~!#&@$(){}:/.w\n\ra-c \u202e]|https:\/\/|www\.|<!--){0,40}$/,
);

describe('text in Markdown', () => {
  it('shows as it is, whatever is in it, but for what could hide it', () => {
    fc.assert(
      fc.property(fc.oneof(hostile, fc.string({ unit: 'grapheme' })), (text) => {
        const visible = text.replace(
          /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu,
          '\ufffd',
        );
        expect(shown(markdownText(text))).toBe(visible);
      }),
    );
  });

  it('is one line without markup, HTML, a link or the end of a cell', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const bare = markdownText(text).replace(/\\./g, '·');
        expect(bare).not.toMatch(/[\n\r`*_[\]<>|~!#&@$\\]/);
        expect(bare).not.toMatch(/:\/\/|www\./i);
        const table = [...markdownTable(['a', 'b'], [[markdownText(text), 'x']])].join('');
        expect(table.trimEnd().split('\n')).toHaveLength(3);
      }),
    );
    expect(markdownText('see https://evil.example or www.evil.example')).toBe(
      'see https\\://evil.example or www\\.evil.example',
    );
  });
});
