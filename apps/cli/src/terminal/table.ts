import { printable, type Terminal } from './terminal.js';

/** A column of a table; numbers stand to the right. */
export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

const GAP = '  ';
const WIDTH_MIN = 8;

/** Lines of a table; on a terminal the last column is cut to fit, elsewhere nothing is. */
export function tableLines(
  terminal: Pick<Terminal, 'width' | 'style'>,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const cells = rows.map((row) => row.map(printable));
  const widths = columns.map(({ title }, index) =>
    Math.max(lengthOf(title), ...cells.map((row) => lengthOf(row[index] ?? ''))),
  );
  const lay = (row: readonly string[]): string =>
    columns
      .map(({ align }, index) => padded(row[index] ?? '', widths[index] ?? 0, align))
      .join(GAP)
      .trimEnd();
  const fit = (row: readonly string[]): readonly string[] => fitted(row, widths, terminal.width);
  return [
    terminal.style('dim', lay(columns.map(({ title }) => title))),
    ...cells.map((row) => lay(fit(row))),
  ];
}

/** Writes a table, or a sentence when it is empty. */
export async function writeTable(
  terminal: Terminal,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  whenEmpty: string,
): Promise<void> {
  if (rows.length === 0) return terminal.line(whenEmpty);
  for (const line of tableLines(terminal, columns, rows)) await terminal.line(line);
}

function fitted(
  row: readonly string[],
  widths: readonly number[],
  width: number | undefined,
): readonly string[] {
  const before = widths.slice(0, -1).reduce((sum, one) => sum + one + GAP.length, 0);
  const last = row.at(-1);
  if (width === undefined || last === undefined || before + lengthOf(last) <= width) return row;
  return [...row.slice(0, -1), `${[...last].slice(0, Math.max(WIDTH_MIN, width - before) - 1).join('')}…`];
}

const lengthOf = (text: string): number => [...text].length;

const padded = (text: string, width: number, align: Column['align']): string => {
  const fill = ' '.repeat(Math.max(0, width - lengthOf(text)));
  return align === 'right' ? fill + text : text + fill;
};
