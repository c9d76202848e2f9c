/** One row of a file. */
export interface Row {
  /** Line of the file on which the row begins; the first is 1. */
  readonly line: number;
  /** The row as it stands in the file. */
  readonly text: string;
  readonly cells: Readonly<Record<string, unknown>>;
}

/** A row that cannot be taken apart. */
export interface BrokenRow {
  readonly line: number;
  readonly text: string;
  /** Why, as the end of the sentence "line 7 …". */
  readonly broken: string;
}

/** The rows of a file, read once, in the order of the file. */
export interface Rows extends AsyncIterable<Row | BrokenRow> {
  /** The header line as it stands in the file; known once the first row was given. */
  readonly header: string | undefined;
  /** How much of the file was read so far, in bytes. */
  readonly bytesRead: number;
}

/** Puts cells under the names of their columns; cells that count as missing are left out. */
export function nameCells(
  columns: readonly string[],
  cells: readonly string[],
  missing: ReadonlySet<string>,
): Readonly<Record<string, unknown>> {
  const named: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  columns.forEach((column, index) => {
    const cell = cells[index] as string;
    if (!missing.has(cell)) named[column] = cell;
  });
  return named;
}

/** What to say of a row with too few or too many cells. */
export const miscounted = (found: number, expected: number): string =>
  `has ${found} cells where the columns are ${expected}: check delimiters and quotes`;
