import { parseStrictJson, type JsonObject } from '@rapport/kernel';
import type { BrokenRow, Row, Rows } from './row.js';
import { textFile } from './text-file.js';

/** Rows of a file with one JSON object a line; empty lines are passed over. */
export function jsonlRows(path: string, options: { readonly encoding: string }): Rows {
  const file = textFile(path, options.encoding);

  async function* rows(): AsyncGenerator<Row | BrokenRow> {
    let line = 0;
    for await (const text of file.lines()) {
      line++;
      if (text.trim() === '') continue;
      const parsed = parseStrictJson(text);
      if (!parsed.ok) yield { line, text, broken: `is not usable: ${parsed.rejection.message}` };
      else if (typeof parsed.value !== 'object' || parsed.value === null || Array.isArray(parsed.value))
        yield { line, text, broken: 'is not a JSON object' };
      else yield { line, text, cells: parsed.value as JsonObject };
    }
  }

  return {
    header: undefined,
    get bytesRead() {
      return file.bytesRead;
    },
    [Symbol.asyncIterator]: rows,
  };
}
