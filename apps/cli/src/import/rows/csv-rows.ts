import { CsvError, parse } from 'csv-parse/sync';
import { miscounted, nameCells, type BrokenRow, type Row, type Rows } from './row.js';
import { textFile } from './text-file.js';

/** A quoted cell may go over so many lines; beyond it the quote is taken to be a mistake. */
const LINES_PER_ROW_MAX = 1_000;

/** What a text is as CSV: cells, the beginning of a row whose quote is still open, or no row at all. */
type Split = { readonly cells: readonly string[] } | 'open' | { readonly broken: string };

/**
 * Rows of a CSV file (RFC 4180, with any delimiter). A row that cannot be read never stops the others, nor does a quote
 * that never closes take in the lines after it: they are read again without it.
 */
export function csvRows(
  path: string,
  options: {
    readonly delimiter: string;
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
    let columns = options.columns;
    for await (const { line, text, split } of records(file.lines(), options.delimiter)) {
      if ('broken' in split) yield { line, text, broken: split.broken };
      else if (options.header && header === undefined) {
        header = text;
        columns ??= split.cells.map((name) => name.trim());
      } else if (columns === undefined || split.cells.length !== columns.length) {
        yield { line, text, broken: miscounted(split.cells.length, columns?.length ?? 0) };
      } else yield { line, text, cells: nameCells(columns, split.cells, missing) };
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

interface Piece {
  readonly line: number;
  readonly text: string;
  readonly split: Exclude<Split, 'open'>;
}

async function* records(lines: AsyncIterable<string>, delimiter: string): AsyncGenerator<Piece> {
  let open: string[] = [];
  let number = 0;
  for await (const batch of batches(lines)) {
    const split = open.length === 0 ? splitLines(batch, delimiter) : undefined;
    if (split !== undefined) {
      for (const [index, cells] of split.entries()) {
        const text = batch[index] ?? '';
        if (text.trim() !== '') yield { line: number + index + 1, text, split: { cells } };
      }
      number += batch.length;
      continue;
    }
    for (const line of batch) {
      number++;
      open.push(line);
      const taken = takeRows(open, number - open.length + 1, delimiter, false);
      yield* taken.pieces;
      open = taken.open;
    }
  }
  yield* takeRows(open, number - open.length + 1, delimiter, true).pieces;
}

/** Lines are taken apart so many at a time: starting the parser costs more than what it does to one line. */
const LINES_PER_BATCH = 256;

async function* batches(lines: AsyncIterable<string>): AsyncGenerator<readonly string[]> {
  let batch: string[] = [];
  for await (const line of lines) {
    batch.push(line);
    if (batch.length < LINES_PER_BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** The cells of lines that are a row each; undefined when they are not, which as many rows as lines would not be. */
function splitLines(lines: readonly string[], delimiter: string): readonly (readonly string[])[] | undefined {
  try {
    const rows = parse(lines.join('\n'), {
      delimiter,
      record_delimiter: '\n',
      relax_column_count: true,
    });
    return rows.length === lines.length ? rows : undefined;
  } catch (error) {
    if (error instanceof CsvError) return undefined;
    throw error;
  }
}

/** Takes whole rows off the front of some lines; what stays open waits for the next line. */
function takeRows(
  lines: readonly string[],
  first: number,
  delimiter: string,
  isEnd: boolean,
): { readonly pieces: readonly Piece[]; readonly open: string[] } {
  const pieces: Piece[] = [];
  let start = 0;
  // Only the newest line is new: rows shorter than the whole were found open before.
  let end = lines.length;
  while (start < lines.length) {
    const text = lines.slice(start, end).join('\n');
    const split = text.trim() === '' ? undefined : splitRow(text, delimiter);
    if (split === 'open' && end < lines.length) {
      end++;
      continue;
    }
    if (split === 'open' && !isEnd && end - start < LINES_PER_ROW_MAX)
      return { pieces, open: lines.slice(start) };
    const failed = split === 'open' || (split !== undefined && 'broken' in split);
    if (failed) {
      const broken = split === 'open' ? 'has a quote that never closes: close or remove it' : split.broken;
      pieces.push({ line: first + start, text: lines[start] ?? '', split: { broken } });
      start++;
    } else {
      if (split !== undefined) pieces.push({ line: first + start, text, split });
      start = end;
    }
    end = start + 1;
  }
  return { pieces, open: [] };
}

function splitRow(text: string, delimiter: string): Split {
  if (!text.includes('"')) return { cells: text.split(delimiter) };
  try {
    const [cells = []] = parse(text, { delimiter, record_delimiter: '\u0000' });
    return { cells };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return error.code === 'CSV_QUOTE_NOT_CLOSED'
      ? 'open'
      : { broken: `is not CSV (${error.code}): check its quotes` };
  }
}
