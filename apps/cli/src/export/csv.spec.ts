import { expect, it } from '@jest/globals';
import { csvLine } from './csv.js';

it('keeps a spreadsheet from running a cell as a formula', () => {
  expect(csvLine(['=1+1', '+cmd', '-x', '@sum', '\tx'])).toBe("'=1+1,'+cmd,'-x,'@sum,'\tx\r\n");
  expect(csvLine(['=HYPERLINK("x")'])).toBe(`"'=HYPERLINK(""x"")"\r\n`);
});

it('leaves numbers and plain text as they are', () => {
  expect(csvLine([-5, '-5', '+3.5', 'a=b', '', null, undefined, true])).toBe('-5,-5,+3.5,a=b,,,,true\r\n');
  expect(csvLine(['a,b', 'line\nbreak', 'say "x"'])).toBe('"a,b","line\nbreak","say ""x"""\r\n');
});
