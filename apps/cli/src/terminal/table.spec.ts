import { describe, expect, it } from '@jest/globals';
import { tableLines } from './table.js';
import { printable } from './terminal.js';

const terminal = (width?: number) => ({ width, style: (_style: string, text: string) => text });
const columns = [{ title: 'name' }, { title: 'count', align: 'right' as const }, { title: 'text' }];

describe('a table', () => {
  it('lines its columns up, numbers to the right', () => {
    expect(
      tableLines(terminal(), columns, [
        ['a', '7', 'first'],
        ['long name', '1200', 'second'],
      ]),
    ).toEqual(['name       count  text', 'a              7  first', 'long name   1200  second']);
  });

  it('is cut to fit a terminal, and nowhere else', () => {
    const rows = [['a', '1', 'a very long text that goes on and on']];
    expect(tableLines(terminal(30), columns, rows)[1]).toBe('a         1  a very long text…');
    expect(tableLines(terminal(), columns, rows)[1]).toContain('on and on');
  });

  it('never lets data move the cursor', () => {
    expect(printable('a\u001b[2Jb\nc\u202ed')).toBe('a\ufffd[2Jb\ufffdc\ufffdd');
  });
});
