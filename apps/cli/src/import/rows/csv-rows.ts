import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { miscounted, nameCells, type BrokenRow, type Row, type Rows } from './row.js';
import { textFile } from './text-file.js';

const RECORD_LENGTH_MAX = 1024 * 1024;

interface Parsed {
  readonly record: readonly string[];
  readonly raw: string;
  readonly info: { readonly lines: number };
}

/** Rows of a CSV file (RFC 4180, with any delimiter). A row that cannot be read never stops the others. */
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
    const broken: BrokenRow[] = [];
    const parser = parse({
      delimiter: options.delimiter,
      bom: true,
      info: true,
      raw: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_error: true,
      max_record_size: RECORD_LENGTH_MAX,
    });
    parser.on('skip', (error: CsvError, raw: string | undefined) => {
      broken.push({
        line: Number(error['lines'] ?? 0),
        text: (raw ?? '').replace(/\r?\n$/, ''),
        broken: `is not CSV (${error.code}): check its quotes`,
      });
    });
    const source = Readable.from(file.chunks());
    source.on('error', (error) => parser.destroy(error));
    source.pipe(parser);
    let columns = options.columns;
    for await (const { record, raw, info } of parser as AsyncIterable<Parsed>) {
      yield* broken.splice(0);
      const text = raw.replace(/\r?\n$/, '');
      if (options.header && header === undefined) {
        header = text;
        columns ??= record.map((name) => name.trim());
        continue;
      }
      const line = info.lines - newlinesIn(text);
      if (columns === undefined || record.length !== columns.length)
        yield { line, text, broken: miscounted(record.length, columns?.length ?? 0) };
      else yield { line, text, cells: nameCells(columns, record, missing) };
    }
    yield* broken.splice(0);
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

const newlinesIn = (text: string): number => text.split('\n').length - 1;
