import type { Mapping } from '../mapping.js';
import { csvRows } from './csv-rows.js';
import { jsonlRows } from './jsonl-rows.js';
import type { Rows } from './row.js';
import { whitespaceRows } from './whitespace-rows.js';

/** The rows of a file as its mapping lays it out. */
export function openRows(path: string, { format, missing }: Pick<Mapping, 'format' | 'missing'>): Rows {
  switch (format.type) {
    case 'csv':
      return csvRows(path, { ...format, missing });
    case 'whitespace':
      return whitespaceRows(path, { ...format, missing });
    case 'jsonl':
      return jsonlRows(path, format);
  }
}
