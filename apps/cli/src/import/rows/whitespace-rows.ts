import { miscounted, nameCells, type BrokenRow, type Row, type Rows } from './row.js';
import { textFile } from './text-file.js';

/** Rows of a file whose cells are kept apart by spaces or tabs; empty lines are passed over. */
export function whitespaceRows(
  path: string,
  options: {
    readonly columns?: readonly string[];
    readonly header: boolean;
    readonly encoding: string;
    readonly missing: readonly string[];
  },
): Rows {
  const file = textFile(path, options.encoding);
  const missing = new Set(options.missing);
  let header: string | undefined;

  async function* rows(): AsyncGenerator<Row | BrokenRow> {
    let line = 0;
    let columns = options.columns;
    for await (const text of file.lines()) {
      line++;
      const trimmed = text.trim();
      if (trimmed === '') continue;
      const cells = trimmed.split(/\s+/);
      if (options.header && header === undefined) {
        header = text;
        columns ??= cells;
      } else if (columns === undefined || cells.length !== columns.length)
        yield { line, text, broken: miscounted(cells.length, columns?.length ?? 0) };
      else yield { line, text, cells: nameCells(columns, cells, missing) };
    }
  }

  return {
    get header() {
      return header;
    },
    get bytesRead() {
      return file.bytesRead;
    },
    [Symbol.asyncIterator]: rows,
  };
}
